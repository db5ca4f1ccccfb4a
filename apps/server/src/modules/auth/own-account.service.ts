import type { IdentityDto } from '@atelier/contracts/auth';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import type { Mailer } from '../../platform/mail/mailer.ts';
import type { Caller, SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import { refused } from './access-tokens.ts';
import type { AccountThrottle } from './account-throttle.ts';
import { confirmAddressMail, passwordChangedMail } from './mails.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { PasswordPolicy } from './password-policy.ts';
import type { SignInResult, SignInsService } from './sign-ins.service.ts';
import type { PersonRow, UsersRepository } from './users.repository.ts';

export interface OwnAccountDeps {
  readonly db: Database;
  readonly users: UsersRepository;
  readonly signIns: SignInsService;
  readonly tokens: OneTimeTokens;
  readonly hasher: PasswordHasher;
  readonly policy: PasswordPolicy;
  readonly throttle: AccountThrottle;
  readonly mailer: Mailer;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** Where people reach the app, without a slash at the end. */
  readonly publicUrl: () => string;
}

/** What people change about their own account: name, password, and that the address is theirs. */
export class OwnAccountService {
  readonly #deps: OwnAccountDeps;
  constructor(deps: OwnAccountDeps) {
    this.#deps = deps;
  }

  /**
   * Sets another password and ends all sign-ins; the one it was done by goes on as a new one.
   * @throws AppError `auth.password_wrong`, `auth.password_weak`, `auth.locked`, `auth.reset_needed`.
   */
  async changePassword(
    memberOp: Operation,
    principal: SignedIn,
    input: { readonly current: string; readonly password: string },
    caller: Caller,
  ): Promise<SignInResult> {
    const { db, users, hasher, policy, throttle, signIns } = this.#deps;
    const { userId, organisationId, credential } = principal;
    if (credential.kind !== 'sign_in') throw new AppError('permission.denied');
    const op = asSystem(memberOp);
    const person = await this.#person(op, principal);
    await throttle.admit(op, person.email);
    const isRight = await hasher.matches(input.current, person.passwordHash);
    const refusal = await throttle.settle(op, { email: person.email, userId, isRight });
    if (refusal) throw refusal;
    if (!isRight) throw new AppError('auth.password_wrong');
    await policy.check(input.password, person);
    const passwordHash = await hasher.hash(input.password);
    return await db.transaction(op, async (op) => {
      // Another change may have come first: then the password that was checked is none any more.
      const locked = await users.lock(op, userId);
      if (locked?.passwordHash !== person.passwordHash) throw new AppError('auth.password_wrong');
      await users.setPassword(op, userId, passwordHash, this.#deps.clock.now());
      const signIn = { id: credential.id, userId, organisationId };
      const result = await signIns.startAfresh(op, signIn, { reason: 'password_changed', caller });
      await this.#changed(op, userId, person.email);
      return result;
    });
  }

  /** Mails a link, unless the address is proved already. @throws AppError `mail.not_set_up`. */
  async requestVerification(memberOp: Operation, principal: SignedIn): Promise<void> {
    const { db, tokens, mailer, publicUrl } = this.#deps;
    const op = asSystem(memberOp);
    const { email, isEmailVerified } = await this.#person(op, principal);
    if (isEmailVerified) return;
    if (!mailer.isOn) throw new AppError('mail.not_set_up');
    await db.transaction(op, async (op) => {
      const { secret } = await tokens.issue(op, 'verify_email', { userId: principal.userId, payload: { email } });
      await mailer.send(op, { to: email, ...confirmAddressMail(`${publicUrl()}/auth/confirm#${secret}`) });
    });
  }

  /**
   * Only for whoever asked, and is signed in: else the owner of an address could be made to prove it for an account that
   * somebody else has prepared. @throws AppError `auth.link_invalid`.
   */
  async verifyEmail(memberOp: Operation, principal: SignedIn, token: string): Promise<IdentityDto> {
    const { db, users, tokens, audit, clock, signIns } = this.#deps;
    const { userId } = principal;
    await db.transaction(asSystem(memberOp), async (op) => {
      const taken = await tokens.take(op, 'verify_email', token);
      const person = await users.lock(op, userId);
      if (taken?.userId !== userId || taken.payload.email !== person?.email) throw new AppError('auth.link_invalid');
      await users.markVerified(op, userId, clock.now());
      await audit.recordInstallation(op, {
        action: 'email.verified',
        target: { kind: 'user', id: userId },
        actorId: userId,
      });
    });
    return await signIns.identity(memberOp, principal);
  }

  async updateProfile(memberOp: Operation, principal: SignedIn, name: string): Promise<IdentityDto> {
    const { db, users, audit, signIns } = this.#deps;
    const { userId } = principal;
    await db.transaction(asSystem(memberOp), async (op) => {
      const before = await users.lock(op, userId);
      await users.rename(op, userId, name);
      await audit.recordInstallation(op, {
        action: 'profile.changed',
        target: { kind: 'user', id: userId },
        actorId: userId,
        before: { name: before?.name },
        after: { name },
      });
    });
    return await signIns.identity(memberOp, principal);
  }

  async #changed(op: Operation, userId: string, email: string): Promise<void> {
    const { tokens, mailer, audit, publicUrl } = this.#deps;
    await tokens.endAllOf(op, userId);
    await audit.recordInstallation(op, {
      action: 'password.changed',
      target: { kind: 'user', id: userId },
      actorId: userId,
    });
    await mailer.send(op, { to: email, ...passwordChangedMail(`${publicUrl()}/auth/sign-in`) });
  }

  async #person(op: Operation, { userId }: SignedIn): Promise<PersonRow> {
    const person = await this.#deps.users.find(op, userId);
    if (!person) throw refused('revoked');
    return person;
  }
}
