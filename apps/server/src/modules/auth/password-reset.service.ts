import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import type { Mailer } from '../../platform/mail/mailer.ts';
import type { AuditLog } from '../audit/index.ts';
import type { AccountThrottle } from './account-throttle.ts';
import type { CredentialsRepository } from './credentials.repository.ts';
import { passwordChangedMail, resetPasswordMail } from './mails.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { PasswordPolicy } from './password-policy.ts';
import type { SignInsService } from './sign-ins.service.ts';
import type { UsersRepository } from './users.repository.ts';

export interface PasswordResetDeps {
  readonly db: Database;
  readonly users: UsersRepository;
  readonly credentials: CredentialsRepository;
  readonly signIns: SignInsService;
  readonly tokens: OneTimeTokens;
  readonly hasher: PasswordHasher;
  readonly policy: PasswordPolicy;
  readonly throttle: AccountThrottle;
  readonly mailer: Mailer;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** Where people reach the app, without a slash at the end. Never what a request says. */
  readonly publicUrl: () => string;
}

/** Setting a new password by a link, for whoever has lost theirs. Being held up at signing in does not hold this up. */
export class PasswordResetService {
  readonly #deps: PasswordResetDeps;
  constructor(deps: PasswordResetDeps) {
    this.#deps = deps;
  }

  /** Mails a link to whoever has this address. The same work and no word for an address that nobody has. */
  async request(op: Operation, email: string): Promise<void> {
    const { db, users, mailer, audit } = this.#deps;
    await db.transaction(op, async (op) => {
      const person = await users.findByEmail(op, email);
      const link = await this.#linkFor(op, person?.userId ?? null);
      if (person) await mailer.send(op, { to: person.email, ...resetPasswordMail(link) });
      else await mailer.pretend(op);
      await audit.recordInstallation(op, {
        action: 'password.reset_requested',
        target: { kind: 'user', id: person?.userId ?? null },
      });
    });
  }

  /**
   * The same, begun by an administrator. Joins the caller's transaction.
   * @returns the link, to hand on, when there is no mail; null when it was mailed.
   */
  async startFor(op: Operation, person: { readonly userId: string; readonly email: string }): Promise<string | null> {
    const { mailer } = this.#deps;
    const link = await this.#linkFor(op, person.userId);
    if (!mailer.isOn) return link;
    await mailer.send(op, { to: person.email, ...resetPasswordMail(link) });
    return null;
  }

  /**
   * Sets the password, ends all sign-ins and signs nobody in. Who opens a link that was mailed has proved the address: if
   * nobody had before, whatever was put on the account meanwhile may be somebody else's, and goes.
   * @throws AppError `auth.link_invalid`, `auth.password_weak`.
   */
  async reset(op: Operation, input: { readonly token: string; readonly password: string }): Promise<void> {
    const { db, users, tokens, hasher, policy, signIns, throttle, mailer, audit, clock, publicUrl } = this.#deps;
    const userId = (await tokens.find(op, 'reset_password', input.token))?.userId;
    const known = userId ? await users.find(op, userId) : null;
    if (!userId || !known) throw new AppError('auth.link_invalid');
    await policy.check(input.password, known);
    const passwordHash = await hasher.hash(input.password);
    await db.transaction(op, async (op) => {
      const taken = await tokens.take(op, 'reset_password', input.token);
      const person = await users.lock(op, userId);
      if (!taken || !person) throw new AppError('auth.link_invalid');
      const now = clock.now();
      await users.setPassword(op, userId, passwordHash, now);
      await tokens.endAllOf(op, userId);
      await signIns.endAll(op, userId, { reason: 'password_reset', but: null });
      await throttle.forget(op, person.email);
      if (taken.payload.isMailed && !person.isEmailVerified) await this.#takeOver(op, userId, now);
      await audit.recordInstallation(op, {
        action: 'password.reset',
        target: { kind: 'user', id: userId },
        actorId: userId,
      });
      await mailer.send(op, { to: person.email, ...passwordChangedMail(`${publicUrl()}/auth/sign-in`) });
    });
  }

  async #takeOver(op: Operation, userId: string, now: Date): Promise<void> {
    const { users, credentials, audit } = this.#deps;
    await credentials.removeAllButPassword(op, userId, now);
    await users.markVerified(op, userId, now);
    await audit.recordInstallation(op, {
      action: 'email.verified',
      target: { kind: 'user', id: userId },
      actorId: userId,
    });
  }

  async #linkFor(op: Operation, userId: string | null): Promise<string> {
    const { tokens, mailer, publicUrl } = this.#deps;
    const payload = { isMailed: mailer.isOn };
    const { secret } = await tokens.issue(op, 'reset_password', { userId, payload });
    return `${publicUrl()}/auth/reset#${secret}`;
  }
}
