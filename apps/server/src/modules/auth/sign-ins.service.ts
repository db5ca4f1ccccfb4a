import { type GrantDto, type IdentityDto, identityDto } from '@atelier/contracts/auth';
import { signInId } from '@atelier/contracts/ids';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { Mailer } from '../../platform/mail/mailer.ts';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { SigningKeys } from '../../platform/secrets/signing-keys.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Caller, SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type { SettingsService } from '../installation/index.ts';
import { type AccessTokens, refused } from './access-tokens.ts';
import type { Authenticated } from './authenticated.ts';
import { signInEndedMail } from './mails.ts';
import {
  hashRefreshToken,
  isRefreshToken,
  newRefreshToken,
  possibleSuccessors,
  successorOf,
} from './refresh-tokens.ts';
import type { EndReason, RefreshTokenRow, SignInMethod, SignInRow, SignInsRepository } from './sign-ins.repository.ts';
import type { UsersRepository } from './users.repository.ts';

const dayMs = 24 * 60 * 60 * 1000;
const longestIdleMs = 7 * dayMs;
const minuteMs = 60_000;
const absoluteMs = 30 * dayMs;
/** Two tabs may renew with one token within this time; later a second use means somebody else has it. */
const graceMs = 10_000;

export interface SignInsDeps {
  readonly db: Database;
  readonly users: UsersRepository;
  readonly signIns: SignInsRepository;
  readonly tokens: AccessTokens;
  readonly signingKeys: SigningKeys;
  readonly settings: SettingsService;
  readonly audit: AuditLog;
  readonly hints: HintBus;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where people reach the app, without a slash at the end. */
  readonly publicUrl: () => string;
}

/** A grant, and the refresh token that goes into the cookie beside it. */
export interface SignInResult {
  readonly grant: GrantDto;
  readonly refreshToken: string;
  readonly refreshExpiresAt: Date;
}

type Renewal = { readonly kind: 'renewed'; readonly result: SignInResult } | { readonly kind: 'reused' };

/** Sign-ins from their start to their end: one a device, renewed by rotating tokens, ended here or from elsewhere. */
export class SignInsService {
  readonly #deps: SignInsDeps;
  constructor(deps: SignInsDeps) {
    this.#deps = deps;
  }

  /**
   * Signs somebody in who has proved who they are, in their personal organisation unless another of theirs is named.
   * Joins the caller's transaction.
   * @throws AppError `auth.invalid_credentials` for somebody who is suspended.
   */
  async start(
    op: Operation,
    person: { readonly userId: string; readonly methods: readonly SignInMethod[]; readonly organisationId?: string },
    caller: Caller,
  ): Promise<SignInResult> {
    const { db, users, signIns, audit, clock } = this.#deps;
    await this.#idleMs();
    return await db.transaction(op, async (op) => {
      const organisation = person.organisationId ?? (await users.personalOrganisation(op, person.userId));
      if (!organisation) throw new Error('A person without a personal organisation.');
      if (!(await users.isActive(op, person.userId))) throw new AppError('auth.invalid_credentials');
      const at = clock.now();
      const id = newId();
      const absoluteExpiresAt = new Date(at.getTime() + absoluteMs);
      const { userAgent, ip } = caller;
      const { methods } = person;
      await signIns.insert(op, {
        id,
        userId: person.userId,
        organisationId: organisation,
        methods,
        userAgent,
        ip,
        at,
        absoluteExpiresAt,
      });
      const token = await this.#firstToken(op, id, { userAgent, at, absoluteExpiresAt });
      const granted = await this.#grant(op, { id, userId: person.userId, organisationId: organisation }, token, at);
      // Last: everybody who signs in waits for the end of the record.
      await audit.recordInstallation(op, {
        action: 'sign_in.succeeded',
        target: { kind: 'user', id: person.userId },
        actorId: person.userId,
        after: { methods },
      });
      return granted;
    });
  }

  /**
   * Ends every sign-in of a person and starts one in place of this one: proved by the same and in the same organisation,
   * with an id, tokens and a cookie of its own. Whoever had a copy of the old ones has nothing.
   * @throws AppError `auth.required`.
   */
  async startAfresh(
    op: Operation,
    signIn: { readonly id: string; readonly userId: string; readonly organisationId: string },
    opts: { readonly reason: EndReason; readonly caller: Caller },
  ): Promise<SignInResult> {
    const { db, signIns } = this.#deps;
    return await db.transaction(op, async (op) => {
      const before = await signIns.find(op, signIn.id);
      if (!before) throw refused('revoked');
      await this.endAll(op, signIn.userId, { reason: opts.reason, but: null });
      const { userId, organisationId } = signIn;
      return await this.start(op, { userId, organisationId, methods: before.methods }, opts.caller);
    });
  }

  /**
   * Goes on with a sign-in whose person has proved again who they are, under a new id: what was known of the old one is
   * worth nothing from now on.
   * @throws AppError `auth.required` when it has ended meanwhile.
   */
  async succeed(
    op: Operation,
    signIn: { readonly id: string; readonly userId: string; readonly organisationId: string },
    methods: readonly SignInMethod[],
    caller: Caller,
  ): Promise<SignInResult> {
    const { db, signIns, clock } = this.#deps;
    await this.#idleMs();
    return await db.transaction(op, async (op) => {
      const [id, at] = [newId(), clock.now()];
      const made = await signIns.succeed(op, signIn.id, { id, methods, at });
      if (!made || !(await signIns.end(op, signIn.id, 'replaced', at))) throw refused('revoked');
      const token = await this.#firstToken(op, id, { userAgent: caller.userAgent, at, ...made });
      db.afterCommit(op, () => this.#announce([signIn.id]));
      return await this.#grant(op, { ...signIn, id }, token, at);
    });
  }

  /**
   * Exchanges a refresh token for its successor and a new access token, for the organisation the tab shows, or the last
   * one. A second use within ten seconds from the same browser (two tabs) gets the same successor; any other second use
   * ends the whole sign-in.
   * @throws AppError `auth.required`; `auth.busy` for a tab that has not yet seen what took the place of its sign-in.
   */
  async renew(
    op: Operation,
    token: string | undefined,
    opts: { readonly organisationId: string | undefined; readonly caller: Caller },
  ): Promise<SignInResult> {
    const { db, clock, log } = this.#deps;
    const { caller } = opts;
    if (token === undefined) throw refused('missing');
    if (!isRefreshToken(token)) throw refused('invalid');
    const idleMs = await this.#idleMs();
    const renewal = await db.transaction(op, async (op): Promise<Renewal> => {
      const row = await this.#deps.signIns.findForUpdate(op, hashRefreshToken(token));
      const now = clock.now();
      if (!row) throw refused('invalid');
      if (isJustReplaced(row, now)) throw new AppError('auth.busy', { retryAfterMs: 1000 });
      if (row.endedAt || !row.isActive) throw refused('revoked');
      if (row.expiresAt <= now || row.absoluteExpiresAt <= now) throw refused('expired');
      if (!row.rotatedAt && now.getTime() - row.createdAt.getTime() >= idleMs) throw refused('expired');
      const isHonestTab =
        row.rotatedAt !== null &&
        now.getTime() - row.rotatedAt.getTime() <= graceMs &&
        row.userAgent === caller.userAgent;
      if (row.rotatedAt && !isHonestTab) {
        await this.#endReused(op, row, now);
        return { kind: 'reused' };
      }
      const successor = row.rotatedAt
        ? await this.#successorGiven(op, row.signInId, token)
        : await this.#rotate(op, row, token, caller, now);
      const organisation = await this.#organisationFor(op, row, opts.organisationId);
      await this.#deps.signIns.noteUse(op, row.signInId, { at: now, organisationId: organisation, ip: caller.ip });
      const signIn = { id: row.signInId, userId: row.userId, organisationId: organisation };
      return { kind: 'renewed', result: await this.#grant(op, signIn, successor, now) };
    });
    if (renewal.kind === 'renewed') return renewal.result;
    log.warn({ requestId: caller.requestId }, 'a refresh token was used twice: its sign-in was ended');
    throw refused('revoked');
  }

  /** The sign-in that a refresh token belongs to, while it lasts; uses nothing up. */
  async ofToken(
    op: Operation,
    token: string | undefined,
  ): Promise<{ readonly signInId: string; readonly userId: string } | null> {
    if (!isRefreshToken(token)) return null;
    return await this.#deps.signIns.signInOf(op, hashRefreshToken(token), this.#deps.clock.now());
  }

  /** Ends the sign-in that this refresh token belongs to, on every tab. Unknown tokens are already signed out. */
  async endByToken(op: Operation, token: string | undefined): Promise<void> {
    if (!isRefreshToken(token)) return;
    const { db, signIns, clock } = this.#deps;
    await db.transaction(op, async (op) => {
      const row = await signIns.findForUpdate(op, hashRefreshToken(token));
      if (!row) return;
      if (!(await signIns.end(op, row.signInId, 'signed_out', clock.now()))) return;
      db.afterCommit(op, () => this.#announce([row.signInId]));
      await this.#deps.audit.recordInstallation(op, {
        action: 'sign_in.ended',
        target: { kind: 'user', id: row.userId },
        actorId: row.userId,
        reason: 'signed_out',
      });
    });
  }

  /** Ends a person's sign-ins, but one to keep: HTTP is refused at once, sockets close within seconds. */
  async endAll(
    op: Operation,
    user: string,
    opts: { readonly reason: EndReason; readonly but: string | null },
  ): Promise<number> {
    const { db, signIns, clock } = this.#deps;
    return await db.transaction(op, async (op) => {
      const ended = await signIns.endAll(op, user, { ...opts, at: clock.now() });
      db.afterCommit(op, () => this.#announce(ended));
      return ended.length;
    });
  }

  /** Ends one of a person's sign-ins; false when there is none such. */
  async end(op: Operation, user: string, id: string, reason: EndReason): Promise<boolean> {
    const { db, signIns, clock } = this.#deps;
    return await db.transaction(op, async (op) => {
      const isEnded = await signIns.end(op, id, reason, clock.now(), user);
      if (isEnded) db.afterCommit(op, () => this.#announce([id]));
      return isEnded;
    });
  }

  /** A person's sign-ins that have not ended, the last used first. */
  async devices(op: Operation, user: string): Promise<readonly SignInRow[]> {
    return await this.#deps.signIns.listOpen(op, user);
  }

  /** An access token of this sign-in for one of the person's organisations. @throws AppError `auth.required`. */
  async grantFor(
    op: Operation,
    signIn: { readonly id: string; readonly userId: string; readonly organisationId: string },
  ) {
    const { tokens, clock } = this.#deps;
    const now = clock.now();
    const identity = await this.#identity(op, signIn);
    const { token, expiresAt } = await tokens.issue(
      {
        sub: identity.user.id,
        email: identity.user.email,
        sid: signInId.parse(signIn.id),
        org: identity.organisation.id,
      },
      now,
    );
    return { accessToken: token, expiresAt: expiresAt.toISOString(), serverTime: now.toISOString(), identity };
  }

  /** The same, and new tabs of this sign-in open there from now on. */
  async switchTo(
    op: Operation,
    signIn: { readonly id: string; readonly userId: string; readonly organisationId: string },
  ): Promise<GrantDto> {
    await this.#deps.signIns.moveTo(op, signIn.id, signIn.organisationId);
    return await this.grantFor(op, signIn);
  }

  /** Who is behind an access token of ours, from fresh data. @throws AppError `auth.required`. */
  async authenticate(op: Operation, token: string, count: (userId: string) => Promise<void>): Promise<Authenticated> {
    const claims = await this.#deps.tokens.verify(token);
    await count(claims.sub);
    const standing = await this.#deps.signIns.standing(asSystem(op), claims);
    if (!standing) throw refused('revoked');
    const { role, installationRole, authenticatedAt, methods, hasSecondFactor } = standing;
    // Whoever gave up their last second factor has given up what it opened, too.
    const isStrongNow = isStrong(methods) && hasSecondFactor;
    const credential = { kind: 'sign_in', id: claims.sid, authenticatedAt, isStrong: isStrongNow } as const;
    return {
      principal: { kind: 'user', userId: claims.sub, organisationId: claims.org, role, installationRole, credential },
      endsAt: new Date(claims.exp * 1000),
    };
  }

  async identity(op: Operation, principal: SignedIn): Promise<IdentityDto> {
    const { credential } = principal;
    return await this.#identity(op, { ...principal, id: credential.kind === 'sign_in' ? credential.id : null });
  }

  async #identity(
    op: Operation,
    who: { readonly id: string | null; readonly userId: string; readonly organisationId: string },
  ): Promise<IdentityDto> {
    const row = await this.#deps.users.identity(op, who.userId, who.organisationId);
    if (!row) throw refused('revoked');
    const { idleMinutes } = await this.#deps.settings.current();
    return identityDto.parse({
      user: {
        id: row.userId,
        email: row.email,
        name: row.name,
        isEmailVerified: row.isEmailVerified,
        installationRole: row.installationRole,
      },
      organisation: { id: row.organisationId, name: row.organisationName, kind: row.kind, role: row.role },
      signInId: who.id,
      idleMinutes,
    });
  }

  /** The one that was asked for, else the last one, else the personal one: whichever the person is a member of. */
  async #organisationFor(op: Operation, row: RefreshTokenRow, asked: string | undefined): Promise<string> {
    for (const candidate of [asked, row.organisationId]) {
      if (candidate && (await this.#deps.users.identity(op, row.userId, candidate))) return candidate;
    }
    const personal = await this.#deps.users.personalOrganisation(op, row.userId);
    if (!personal) throw new Error('A person without a personal organisation.');
    return personal;
  }

  /** Somebody has a copy of the token. Its person is told, and finds it in the record. */
  async #endReused(op: Operation, { signInId, userId }: RefreshTokenRow, at: Date): Promise<void> {
    const { db, users, signIns, audit, mailer, publicUrl } = this.#deps;
    await signIns.end(op, signInId, 'token_reused', at);
    const person = await users.find(op, userId);
    if (person) await mailer.send(op, { to: person.email, ...signInEndedMail(`${publicUrl()}/auth/sign-in`) });
    await audit.recordInstallation(op, {
      action: 'sign_in.token_reused',
      target: { kind: 'user', id: userId },
      actorId: userId,
      outcome: 'denied',
    });
    db.afterCommit(op, () => this.#announce([signInId]));
  }

  /** The successor the first tab got, also from a server whose secret was another one: its hash is known. */
  async #successorGiven(op: Operation, signInId: string, token: string): Promise<string> {
    const candidates = possibleSuccessors(token, this.#deps.signingKeys.keysFor('refresh-successor'));
    const known = await this.#deps.signIns.knownHashes(op, signInId, candidates.map(hashRefreshToken));
    const given = candidates.find((candidate) => known.some((hash) => hash.equals(hashRefreshToken(candidate))));
    if (given === undefined) throw refused('invalid');
    return given;
  }

  async #rotate(op: Operation, row: RefreshTokenRow, token: string, caller: Caller, now: Date): Promise<string> {
    const successor = successorOf(token, this.#deps.signingKeys.newest('refresh-successor').key);
    await this.#deps.signIns.markRotated(op, row.id, now);
    await this.#deps.signIns.insertToken(op, {
      signInId: row.signInId,
      tokenHash: hashRefreshToken(successor),
      userAgent: caller.userAgent,
      createdAt: now,
      expiresAt: await this.#tokenEnd(now, row.absoluteExpiresAt),
    });
    return successor;
  }

  async #firstToken(
    op: Operation,
    id: string,
    start: { readonly userAgent: string; readonly at: Date; readonly absoluteExpiresAt: Date },
  ): Promise<string> {
    const token = newRefreshToken();
    await this.#deps.signIns.insertToken(op, {
      signInId: id,
      tokenHash: hashRefreshToken(token),
      userAgent: start.userAgent,
      createdAt: start.at,
      expiresAt: await this.#tokenEnd(start.at, start.absoluteExpiresAt),
    });
    return token;
  }

  async #tokenEnd(now: Date, absoluteExpiresAt: Date): Promise<Date> {
    return new Date(Math.min(now.getTime() + (await this.#idleMs()), absoluteExpiresAt.getTime()));
  }

  /**
   * How long a sign-in that nobody uses lasts. Asked before a transaction begins as well: the answer is kept for a moment,
   * and many transactions that each wait for one more connection would wait for each other.
   */
  async #idleMs(): Promise<number> {
    const { idleMinutes } = await this.#deps.settings.current();
    return idleMinutes === null ? longestIdleMs : Math.min(idleMinutes * minuteMs, longestIdleMs);
  }

  async #grant(
    op: Operation,
    signIn: { readonly id: string; readonly userId: string; readonly organisationId: string },
    refreshToken: string,
    now: Date,
  ): Promise<SignInResult> {
    const grant = await this.grantFor(op, signIn);
    return { grant, refreshToken, refreshExpiresAt: new Date(now.getTime() + (await this.#idleMs())) };
  }

  #announce(signInIds: readonly string[]): void {
    for (const id of signInIds) this.#deps.hints.send('signedOut', id, '');
  }
}

/** Another tab has confirmed who is there, and this one has not got its cookie yet: it shall ask again, not sign out. */
function isJustReplaced(row: RefreshTokenRow, now: Date): boolean {
  return row.endReason === 'replaced' && row.endedAt !== null && now.getTime() - row.endedAt.getTime() <= graceMs;
}

/** Two factors, or one that is two by itself. */
function isStrong(methods: readonly SignInMethod[]): boolean {
  return methods.includes('passkey') || methods.includes('totp') || methods.includes('recovery_code');
}
