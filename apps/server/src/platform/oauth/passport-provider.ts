import type { ProviderId } from '@atelier/contracts/oauth';
import type { Request, Response } from 'express';
import passport from 'passport';
import type { StrategyOptions } from 'passport-google-oauth20';
import {
  type Authorization,
  type IdentityProvider,
  ProviderFailure,
  type ProviderIdentity,
} from './identity-provider.ts';

/** One attempt of a strategy: what it would keep in a session, kept in our table instead. */
interface Attempt {
  readonly state: string;
  verifier: string | null;
}

/**
 * The strategy's way to our state. The row is made and taken by `OauthFlow`, which has to judge an `error` too: a
 * strategy believes an error without looking at the state.
 */
class AttemptStore {
  // The number of parameters tells passport-oauth2 what to pass.
  store(
    request: Request,
    verifier: string,
    _state: unknown,
    _meta: unknown,
    done: (error: null, state: string) => void,
  ) {
    const attempt = attemptOf(request);
    attempt.verifier = verifier;
    done(null, attempt.state);
  }

  verify(request: Request, state: string, _meta: unknown, done: (error: null, verifier: string | false) => void) {
    const attempt = attemptOf(request);
    done(null, state === attempt.state && attempt.verifier !== null ? attempt.verifier : false);
  }
}

/** The types of passport-oauth2 know the stores of before PKCE only. */
export const attemptStore = new AttemptStore() as unknown as NonNullable<StrategyOptions['store']>;

function attemptOf(request: Request): Attempt {
  // Nothing but `run` below hands requests to a strategy.
  return Reflect.get(request, 'attempt') as Attempt;
}

type Outcome =
  | { readonly kind: 'redirected'; readonly address: string }
  | { readonly kind: 'identified'; readonly identity: ProviderIdentity };

/** A provider by a passport strategy whose verify function hands out a `ProviderIdentity` as its user. */
export class PassportProvider implements IdentityProvider {
  readonly id: ProviderId;
  readonly name: string;
  readonly #authenticator = new passport.Authenticator();

  constructor(id: ProviderId, name: string, strategy: passport.Strategy) {
    this.id = id;
    this.name = name;
    // By its name: then passport makes a copy for each attempt, and two attempts do not get each other's answers.
    this.#authenticator.use(id, strategy);
  }

  async authorize(opts: { readonly state: string; readonly redirectUri: string }): Promise<Authorization> {
    const attempt: Attempt = { state: opts.state, verifier: null };
    const outcome = await this.#run(attempt, opts.redirectUri, {});
    if (outcome.kind !== 'redirected' || attempt.verifier === null) throw new Error('The strategy did not begin.');
    return { address: outcome.address, verifier: attempt.verifier, nonce: null };
  }

  async identify(
    answer: { readonly state: string; readonly code: string },
    kept: { readonly verifier: string; readonly redirectUri: string },
  ): Promise<ProviderIdentity> {
    const { state, code } = answer;
    const outcome = await this.#run({ state, verifier: kept.verifier }, kept.redirectUri, { state, code });
    if (outcome.kind !== 'identified') throw new Error('The strategy began anew.');
    return outcome.identity;
  }

  async #run(attempt: Attempt, callbackURL: string, query: Readonly<Record<string, string>>): Promise<Outcome> {
    return await new Promise((resolve, reject) => {
      const done = (error: unknown, identity: unknown) => {
        if (error) reject(failureOf(error));
        else if (!identity) reject(new ProviderFailure('answer_refused', new Error('The strategy refused.')));
        // What a strategy gives out as its user is what our verify functions made.
        else resolve({ kind: 'identified', identity: identity as ProviderIdentity });
      };
      let address = '';
      const response = {
        setHeader(name: string, value: string) {
          if (name === 'Location') address = value;
        },
        end: () => resolve({ kind: 'redirected', address }),
      };
      const options = { session: false, callbackURL };
      const handle = this.#authenticator.authenticate(this.id, options, done);
      // All that a strategy of OAuth 2 uses of a request and of its response.
      handle({ query, attempt } as unknown as Request, response as unknown as Response, (error: unknown) =>
        done(error ?? new Error('The strategy passed.'), null),
      );
    });
  }
}

/** Away or broken, or against us: what the provider said with a 4xx, or with an error where a token should be. */
function failureOf(error: unknown): unknown {
  if (!(error instanceof Error)) return new ProviderFailure('provider_down', error);
  if (error instanceof ProviderFailure) return error;
  const cause: unknown = Reflect.get(error, 'oauthError');
  if (cause === undefined) return new ProviderFailure('answer_refused', error);
  const status = cause instanceof Error ? 500 : Number(Reflect.get(Object(cause), 'statusCode'));
  return new ProviderFailure(status >= 500 ? 'provider_down' : 'answer_refused', error);
}
