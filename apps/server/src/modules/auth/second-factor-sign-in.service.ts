import type { SecondFactorMethod } from '@atelier/contracts/auth';
import type { SecondFactorInput } from '@atelier/contracts/second-factors';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import * as z from 'zod';
import { hashLinkSecret, newLinkSecret } from '../../platform/secrets/link-secrets.ts';
import type { Caller } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import { type HeldChallenge, newBrowserSecret } from './challenge-cookie.ts';
import type { OneTimeTokenRow, OneTimeTokensRepository } from './one-time-tokens.repository.ts';
import type { PasskeyCeremonies } from './passkey-ceremonies.ts';
import type { SecondFactorTriesRepository } from './second-factor-tries.repository.ts';
import type { SecondFactorsService } from './second-factors.service.ts';
import { type SignInMethod, signInMethod } from './sign-ins.repository.ts';
import type { SignInResult, SignInsService } from './sign-ins.service.ts';

const lifetimeMs = 10 * 60_000;
const allowedTries = 5;
/** What the first factor was, and how often the second was tried. */
const payload = z.object({ method: signInMethod, tries: z.number() });

export interface SecondFactorSignInDeps {
  readonly tokens: OneTimeTokensRepository;
  readonly tries: SecondFactorTriesRepository;
  readonly factors: SecondFactorsService;
  readonly ceremonies: PasskeyCeremonies;
  readonly signIns: SignInsService;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** What follows a first factor: signed in, or a challenge that waits in this browser for the rest. */
export type Entry =
  | { readonly kind: 'signed_in'; readonly result: SignInResult }
  | {
      readonly kind: 'second_factor';
      readonly challenge: string;
      /** For the cookie that binds the challenge to this browser. */
      readonly browser: string;
      readonly methods: readonly SecondFactorMethod[];
      readonly expiresAt: Date;
    };

/** Signing in by two factors: whoever has a second one is not signed in by the first. */
export class SecondFactorSignInService {
  readonly #deps: SecondFactorSignInDeps;
  constructor(deps: SecondFactorSignInDeps) {
    this.#deps = deps;
  }

  /** After a right password, or a provider's word. Joins the caller's transaction. */
  async enter(
    op: Operation,
    first: { readonly userId: string; readonly method: SignInMethod },
    caller: Caller,
  ): Promise<Entry> {
    const { factors, signIns, tokens, clock } = this.#deps;
    const methods = await factors.methodsOf(op, first.userId);
    if (methods.length === 0) {
      const result = await signIns.start(op, { userId: first.userId, methods: [first.method] }, caller);
      return { kind: 'signed_in', result };
    }
    const createdAt = clock.now();
    const expiresAt = new Date(createdAt.getTime() + lifetimeMs);
    const challenge = newLinkSecret();
    const { browser, browserHash } = newBrowserSecret();
    await tokens.insert(op, {
      purpose: 'second_factor',
      userId: first.userId,
      tokenHash: hashLinkSecret(challenge),
      browserHash,
      payload: { method: first.method, tries: 0 },
      createdAt,
      expiresAt,
    });
    return { kind: 'second_factor', challenge, browser, methods, expiresAt };
  }

  /** What this browser still has to show; null: nothing. */
  async pending(
    op: Operation,
    held: HeldChallenge | null,
  ): Promise<{
    readonly methods: readonly SecondFactorMethod[];
    readonly expiresAt: Date;
    readonly userId: string;
  } | null> {
    const row = await this.#find(op, held);
    if (!row) return null;
    return {
      methods: await this.#deps.factors.methodsOf(op, row.userId),
      expiresAt: row.expiresAt,
      userId: row.userId,
    };
  }

  /**
   * The rest: signed in, once. A challenge takes five tries.
   * @throws AppError `auth.challenge_ended`, `auth.code_invalid`, `auth.passkey_refused`, `request.too_many`.
   */
  async finish(
    op: Operation,
    held: { readonly factor: HeldChallenge | null; readonly passkey: HeldChallenge | null },
    input: SecondFactorInput,
    caller: Caller,
  ): Promise<SignInResult> {
    const { tokens, signIns, clock } = this.#deps;
    const isOther = input.challenge !== undefined && input.challenge !== held.factor?.challenge;
    const row = isOther ? null : await this.#find(op, held.factor);
    if (!row || !(await this.#deps.tries.count(op, row.id, allowedTries))) throw new AppError('auth.challenge_ended');
    const second = await this.#shown(op, row.userId, held.passkey, input);
    // Last: whoever is refused may try again, and of two right ones one gets in.
    if (!(await tokens.take(op, 'second_factor', row.tokenHash, clock.now()))) {
      throw new AppError('auth.challenge_ended');
    }
    return await signIns.start(op, { userId: row.userId, methods: [row.method, second] }, caller);
  }

  async #shown(
    op: Operation,
    userId: string,
    heldPasskey: HeldChallenge | null,
    input: SecondFactorInput,
  ): Promise<SignInMethod> {
    const { factors, ceremonies, audit } = this.#deps;
    try {
      if (!('passkey' in input)) return await factors.check(op, userId, input);
      await ceremonies.use(op, { purpose: 'passkey_factor', userId }, heldPasskey, input.passkey);
      return 'passkey';
    } catch (error) {
      if (error instanceof AppError) {
        await audit.recordInstallation(asSystem(op), {
          action: error.code === 'request.too_many' ? 'sign_in.locked' : 'sign_in.failed',
          target: { kind: 'user', id: userId },
          outcome: error.code === 'request.too_many' ? 'denied' : 'failed',
          reason: error.code,
          after: { factor: 'second' },
        });
      }
      throw error;
    }
  }

  async #find(op: Operation, held: HeldChallenge | null) {
    if (!held) return null;
    const row = await this.#deps.tokens.find(
      op,
      'second_factor',
      hashLinkSecret(held.challenge),
      this.#deps.clock.now(),
    );
    return row && isOfBrowser(row, held) && row.userId !== null
      ? { ...row, userId: row.userId, method: payload.parse(row.payload).method }
      : null;
  }
}

function isOfBrowser(row: OneTimeTokenRow, held: HeldChallenge): boolean {
  return row.browserHash?.equals(held.browserHash) ?? false;
}
