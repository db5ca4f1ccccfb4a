import type { GrantDto, IdentityDto } from '@atelier/contracts/auth';
import { identityDto } from '@atelier/contracts/auth';
import { organisationId, signInId, userId } from '@atelier/contracts/ids';
import type { Database } from '@atelier/entities/database';
import { isUniqueViolation } from '@atelier/entities/database-errors';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Caller, SignedIn } from '../../platform/trpc/context.ts';
import { type AccessClaims, type AccessTokens, refused } from './access-tokens.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { hashRefreshToken, isRefreshToken, newRefreshToken, successorOf } from './refresh-tokens.ts';
import type { RefreshTokenRow, SignInsRepository } from './sign-ins.repository.ts';
import type { UsersRepository } from './users.repository.ts';

const dayMs = 24 * 60 * 60 * 1000;
const idleMs = 7 * dayMs;
const absoluteMs = 30 * dayMs;
/** Two tabs may renew with one token within this time; later a second use means somebody else has it. */
const graceMs = 10_000;

export interface AuthDeps {
  readonly db: Database;
  readonly users: UsersRepository;
  readonly signIns: SignInsRepository;
  readonly hasher: PasswordHasher;
  readonly tokens: AccessTokens;
  readonly successorKey: Uint8Array;
  readonly hints: HintBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly isRegistrationOpen: boolean;
}

/** A grant, and the refresh token that goes into the cookie beside it. */
export interface SignInResult {
  readonly grant: GrantDto;
  readonly refreshToken: string;
  readonly refreshExpiresAt: Date;
}

type Renewal =
  | { readonly kind: 'renewed'; readonly result: SignInResult }
  | { readonly kind: 'reused'; readonly familyId: string };

/** Registering, signing in, renewing and ending a sign-in. */
export class AuthService {
  readonly #deps: AuthDeps;
  constructor(deps: AuthDeps) {
    this.#deps = deps;
  }

  /** @throws AppError `auth.registration_refused` when the address has an account, without saying so. */
  async register(
    op: Operation,
    input: { readonly email: string; readonly password: string; readonly name: string },
    caller: Caller,
  ): Promise<SignInResult> {
    const { db, users, hasher, clock, isRegistrationOpen } = this.#deps;
    if (!isRegistrationOpen && (await users.hasAny(op))) throw new AppError('auth.registration_refused');
    const passwordHash = await hasher.hash(input.password);
    try {
      return await db.transaction(op, async (op) => {
        const { email, name } = input;
        const made = await users.create(op, { email, name, passwordHash, createdAt: clock.now() });
        return await this.#startSignIn(op, made.userId, made.organisationId, caller);
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('auth.registration_refused', { cause: error });
      throw error;
    }
  }

  /** @throws AppError `auth.invalid_credentials`, the same for an unknown address and a wrong password. */
  async signIn(
    op: Operation,
    input: { readonly email: string; readonly password: string },
    caller: Caller,
  ): Promise<SignInResult> {
    const { users, hasher } = this.#deps;
    const account = await users.findPasswordAccount(op, input.email);
    const isMatch = await hasher.matches(input.password, account?.passwordHash ?? null);
    if (!account || !isMatch) throw new AppError('auth.invalid_credentials');
    return await this.signInAs(op, account.userId, caller);
  }

  /** Starts a sign-in of somebody who has proved who they are. */
  async signInAs(op: Operation, user: string, caller: Caller): Promise<SignInResult> {
    const { db, users } = this.#deps;
    return await db.transaction(op, async (op) => {
      const organisation = await users.personalOrganisation(op, user);
      if (!organisation) throw new Error('A person without a personal organisation.');
      return await this.#startSignIn(op, user, organisation, caller);
    });
  }

  /** The sign-in that a refresh token belongs to, while it lasts; uses nothing up. */
  async signInOf(
    op: Operation,
    token: string | undefined,
  ): Promise<{ readonly signInId: string; readonly userId: string } | null> {
    if (!isRefreshToken(token)) return null;
    return await this.#deps.signIns.signInOf(op, hashRefreshToken(token), this.#deps.clock.now());
  }

  /**
   * Exchanges a refresh token for its successor and a new access token. A second use within ten seconds from the same
   * browser (two tabs) gets the same successor; any other second use ends the whole sign-in.
   * @throws AppError `auth.required`.
   */
  async renew(op: Operation, token: string | undefined, caller: Caller): Promise<SignInResult> {
    const { db, clock, log } = this.#deps;
    if (token === undefined) throw refused('missing');
    if (!isRefreshToken(token)) throw refused('invalid');
    const renewal = await db.transaction(op, async (op): Promise<Renewal> => {
      const row = await this.#deps.signIns.findForUpdate(op, hashRefreshToken(token));
      const now = clock.now();
      if (!row) throw refused('invalid');
      if (row.revokedAt) throw refused('revoked');
      if (row.expiresAt <= now || row.absoluteExpiresAt <= now) throw refused('expired');
      const successor = successorOf(token, this.#deps.successorKey);
      if (!row.rotatedAt) {
        await this.#rotate(op, row, successor, caller, now);
        return { kind: 'renewed', result: await this.#grant(op, row, successor, now) };
      }
      const isHonestTab = now.getTime() - row.rotatedAt.getTime() <= graceMs && row.userAgent === caller.userAgent;
      if (isHonestTab) return { kind: 'renewed', result: await this.#grant(op, row, successor, now) };
      await this.#deps.signIns.endFamily(op, row.familyId, now);
      return { kind: 'reused', familyId: row.familyId };
    });
    if (renewal.kind === 'renewed') return renewal.result;
    log.warn({ requestId: caller.requestId }, 'a refresh token was used twice: its sign-in was ended');
    this.#deps.hints.send('signedOut', renewal.familyId, '');
    throw refused('revoked');
  }

  /** Ends the sign-in that this refresh token belongs to, on every tab. Unknown tokens are already signed out. */
  async signOut(op: Operation, token: string | undefined): Promise<void> {
    if (!isRefreshToken(token)) return;
    const { db, signIns, clock, hints } = this.#deps;
    await db.transaction(op, async (op) => {
      const row = await signIns.findForUpdate(op, hashRefreshToken(token));
      if (!row) return;
      await signIns.endFamily(op, row.familyId, clock.now());
      db.afterCommit(op, () => hints.send('signedOut', row.familyId, ''));
    });
  }

  /** Who is behind an access token, from fresh data. @throws AppError `auth.required`. */
  async authenticate(op: Operation, token: string | null): Promise<SignedIn> {
    const claims = await this.readToken(token);
    if (!(await this.#deps.signIns.holds(op, claims))) throw refused('revoked');
    return { kind: 'user', userId: claims.sub, organisationId: claims.org, signInId: claims.sid };
  }

  /** The claims of a token that is signed by us and has not ended; nothing is looked up. */
  async readToken(token: string | null): Promise<AccessClaims> {
    if (token === null || token === '') throw refused('missing');
    return await this.#deps.tokens.verify(token);
  }

  async identity(op: Operation, principal: SignedIn): Promise<IdentityDto> {
    const row = await this.#deps.users.identity(op, principal.userId, principal.organisationId);
    if (!row) throw refused('revoked');
    return identityDto.parse({
      user: { id: row.userId, email: row.email, name: row.name },
      organisation: { id: row.organisationId, name: row.organisationName, kind: row.kind },
      signInId: principal.signInId,
    });
  }

  async #startSignIn(op: Operation, user: string, organisation: string, caller: Caller): Promise<SignInResult> {
    const now = this.#deps.clock.now();
    const token = newRefreshToken();
    const row = {
      familyId: newId(),
      userId: user,
      organisationId: organisation,
      userAgent: caller.userAgent,
      ip: caller.ip,
      createdAt: now,
      expiresAt: new Date(now.getTime() + idleMs),
      absoluteExpiresAt: new Date(now.getTime() + absoluteMs),
    };
    await this.#deps.signIns.insert(op, { ...row, tokenHash: hashRefreshToken(token) });
    return await this.#grant(op, row, token, now);
  }

  async #rotate(op: Operation, row: RefreshTokenRow, successor: string, caller: Caller, now: Date): Promise<void> {
    const { familyId, userId, organisationId, absoluteExpiresAt } = row;
    await this.#deps.signIns.markRotated(op, row.id, now);
    await this.#deps.signIns.insert(op, {
      familyId,
      userId,
      organisationId,
      absoluteExpiresAt,
      tokenHash: hashRefreshToken(successor),
      userAgent: caller.userAgent,
      ip: caller.ip,
      createdAt: now,
      expiresAt: new Date(Math.min(now.getTime() + idleMs, absoluteExpiresAt.getTime())),
    });
  }

  async #grant(
    op: Operation,
    row: Pick<RefreshTokenRow, 'userId' | 'organisationId' | 'familyId' | 'expiresAt'>,
    refreshToken: string,
    now: Date,
  ): Promise<SignInResult> {
    const identity = await this.identity(op, {
      kind: 'user',
      userId: userId.parse(row.userId),
      organisationId: organisationId.parse(row.organisationId),
      signInId: signInId.parse(row.familyId),
    });
    const { token, expiresAt } = await this.#deps.tokens.issue(
      { sub: identity.user.id, email: identity.user.email, sid: identity.signInId, org: identity.organisation.id },
      now,
    );
    return {
      grant: { accessToken: token, expiresAt: expiresAt.toISOString(), serverTime: now.toISOString(), identity },
      refreshToken,
      refreshExpiresAt: new Date(now.getTime() + idleMs),
    };
  }
}
