import { randomBytes } from 'node:crypto';
import type { OauthProblem, ProviderId } from '@atelier/contracts/oauth';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import type { CookieJar } from '../http/cookies.ts';
import type { RateLimiter } from '../rate-limit/rate-limiter.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type BrowserCookie, hashOf } from './browser-cookie.ts';
import {
  type IdentityOutcome,
  type LinkingPerson,
  type Outcome,
  refusedFor,
  type Visitor,
} from './identity-outcome.ts';
import { type IdentityProvider, ProviderFailure } from './identity-provider.ts';
import type { IdentityProviders } from './identity-providers.ts';
import type { OauthStates, TakenOauthState } from './oauth-states.ts';
import { returnPath } from './return-path.ts';

const lifetimeMs = 10 * 60_000;
const stateShape = /^[\w-]{43}$/;
const maxCodeLength = 4096;
/** What a person can cause at the provider (RFC 6749, 4.1.2.1, and OpenID Connect Core, 3.1.2.6). */
const denials = new Set(['access_denied', 'consent_required', 'interaction_required', 'login_required']);

/** Where people manage how they sign in. */
const linksPage = '/settings/security';
const signInPage = '/auth/sign-in';

export interface OauthFlowDeps {
  readonly providers: IdentityProviders;
  readonly states: OauthStates;
  readonly outcome: IdentityOutcome;
  readonly cookie: BrowserCookie;
  readonly limiter: RateLimiter;
  /** Where people reach us, from the configuration: never what a request says. */
  readonly publicUrl: () => string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Signing in and linking at a provider: to it with a state, back from it with a code. */
export class OauthFlow {
  readonly #deps: OauthFlowDeps;
  constructor(deps: OauthFlowDeps) {
    this.#deps = deps;
  }

  /**
   * Begins to sign somebody in. Returns where to send the browser: to the provider, or to our page that says why not.
   * @throws AppError `route.not_found` for a provider that is not configured.
   */
  async startSignIn(op: Operation, id: unknown, wanted: unknown, { caller, jar }: Visitor): Promise<string> {
    const provider = this.#provider(id);
    const path = returnPath(wanted);
    try {
      await this.#deps.limiter.consume('auth_by_address', caller.ip);
      return await this.#start(op, provider, { returnPath: path, person: null }, jar);
    } catch (error) {
      return pageFor(provider.id, this.#problemOf(op, provider.id, error), { person: null, returnPath: path });
    }
  }

  /**
   * Begins to link an identity to somebody who is signed in. Returns where to send the browser.
   * @throws AppError `route.not_found`, `auth.provider_unavailable`.
   */
  async startLink(op: Operation, id: unknown, person: LinkingPerson, jar: CookieJar): Promise<string> {
    const provider = this.#provider(id);
    try {
      return await this.#start(op, provider, { returnPath: linksPage, person }, jar);
    } catch (error) {
      this.#problemOf(op, provider.id, error);
      throw new AppError('auth.provider_unavailable', { retryAfterMs: 5000, cause: error });
    }
  }

  /** Whether this answer belongs to somebody who links, and so needs the cookies that only our own pages bring along. */
  async isLink(op: Operation, query: Readonly<Record<string, unknown>>): Promise<boolean> {
    const state = textIn(query.state, stateShape);
    return state !== null && (await this.#deps.states.isLink(op, hashOf(state)));
  }

  /**
   * Ends what was begun, with what the provider sent the browser back with. Returns the path of ours to go to. The state
   * is judged before anything else is believed, an error included, and the code is exchanged only when it holds.
   * @throws AppError `route.not_found` for a provider that is not configured.
   */
  async finish(
    op: Operation,
    id: unknown,
    query: Readonly<Record<string, unknown>>,
    visitor: Visitor,
  ): Promise<string> {
    const provider = this.#provider(id);
    const state = textIn(query.state, stateShape);
    const taken = state === null ? null : await this.#take(op, provider.id, state, visitor.jar);
    if (state === null || !taken) return pageFor(provider.id, 'not_started_here', { person: null, returnPath: '/' });

    const outcome = await this.#conclude(op, provider, taken, { ...query, state }, visitor);
    if (!outcome.isDone) return pageFor(provider.id, outcome.problem, taken);
    if (outcome.page !== undefined) return pageBefore(outcome.page, taken.returnPath);
    return taken.person ? `${linksPage}?${new URLSearchParams({ linked: provider.id })}` : taken.returnPath;
  }

  async #start(
    op: Operation,
    provider: IdentityProvider,
    purpose: Pick<TakenOauthState, 'returnPath' | 'person'>,
    jar: CookieJar,
  ): Promise<string> {
    const { states, cookie, clock } = this.#deps;
    const state = randomBytes(32).toString('base64url');
    const { address, verifier, nonce } = await provider.authorize({
      state,
      redirectUri: this.#redirectUri(provider.id),
    });
    const createdAt = clock.now();
    const expiresAt = new Date(createdAt.getTime() + lifetimeMs);
    const browserHash = cookie.write(jar, expiresAt);
    const stateHash = hashOf(state);
    await states.insert(op, {
      ...purpose,
      stateHash,
      provider: provider.id,
      verifier,
      nonce,
      browserHash,
      createdAt,
      expiresAt,
    });
    return address;
  }

  async #take(op: Operation, provider: ProviderId, state: string, jar: CookieJar): Promise<TakenOauthState | null> {
    const { states, cookie, clock } = this.#deps;
    const browserHash = cookie.read(jar);
    if (!browserHash) return null;
    return await states.take(op, { stateHash: hashOf(state), provider, browserHash, now: clock.now() });
  }

  async #conclude(
    op: Operation,
    provider: IdentityProvider,
    { verifier, nonce, person }: TakenOauthState,
    query: Readonly<Record<string, unknown>> & { readonly state: string },
    visitor: Visitor,
  ): Promise<Outcome> {
    const { error, code, iss, state } = query;
    if (error !== undefined) {
      if (denials.has(String(error))) return refusedFor('denied');
      return refusedFor(this.#problemOf(op, provider.id, new ProviderFailure('answer_refused', undefined)));
    }
    if (typeof code !== 'string' || code.length > maxCodeLength) return refusedFor('answer_refused');
    try {
      const answer = { state, code, iss: typeof iss === 'string' ? iss : null };
      const identity = await provider.identify(answer, {
        verifier,
        nonce,
        redirectUri: this.#redirectUri(provider.id),
      });
      const { outcome } = this.#deps;
      return person ? await outcome.link(op, identity, person, visitor) : await outcome.signedIn(op, identity, visitor);
    } catch (failure) {
      return refusedFor(this.#problemOf(op, provider.id, failure));
    }
  }

  /** What to tell the person; what the operator should know goes to the log. Codes, states and tokens go nowhere. */
  #problemOf(op: Operation, provider: ProviderId, failure: unknown): OauthProblem {
    if (failure instanceof AppError && failure.code === 'request.too_many') return 'too_many';
    if (!(failure instanceof ProviderFailure)) throw failure;
    const { problem } = failure;
    const reason = reasonOf(failure.cause);
    this.#deps.log.warn({ requestId: op.requestId, provider, problem, reason }, 'a sign-in at a provider failed');
    return problem;
  }

  #redirectUri(id: ProviderId): string {
    return `${this.#deps.publicUrl()}/auth/oauth/${id}/callback`;
  }

  #provider(id: unknown): IdentityProvider {
    const provider = this.#deps.providers.find(id);
    if (!provider) throw new AppError('route.not_found');
    return provider;
  }
}

/** A parameter that was given once and looks as it must. */
function textIn(value: unknown, shape: RegExp): string | null {
  return typeof value === 'string' && shape.test(value) ? value : null;
}

/** Our page that says what went wrong: a code and no secret. */
function pageFor(
  provider: ProviderId,
  problem: OauthProblem,
  { person, returnPath }: Pick<TakenOauthState, 'person' | 'returnPath'>,
): string {
  const next: Record<string, string> = person || returnPath === '/' ? {} : { next: returnPath };
  return `${person ? linksPage : signInPage}?${new URLSearchParams({ problem, provider, ...next })}`;
}

/** A page of ours that leads on to where the visitor wanted to go. */
function pageBefore(page: string, next: string): string {
  return next === '/' ? page : `${page}?${new URLSearchParams({ next })}`;
}

/** Names and codes of a failure and of what caused it. Their messages may quote what a provider sent. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const status: unknown = Reflect.get(Object(Reflect.get(error, 'oauthError')), 'statusCode');
  const words = [error.name, Reflect.get(error, 'code'), Reflect.get(error, 'error'), status].map(String);
  const own = words.filter((word) => /^[\w.-]{1,60}$/.test(word) && word !== 'undefined').join(' ');
  const cause = error.cause ?? Reflect.get(error, 'oauthError');
  return cause instanceof Error ? `${own}: ${reasonOf(cause)}` : own;
}
