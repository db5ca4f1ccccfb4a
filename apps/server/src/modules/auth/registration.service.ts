import type { Database } from '@atelier/entities/database';
import { isUniqueViolation } from '@atelier/entities/database-errors';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import type { Mailer } from '../../platform/mail/mailer.ts';
import { hashLinkSecret, newLinkSecret } from '../../platform/secrets/link-secrets.ts';
import type { Caller } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type { SettingsService } from '../installation/index.ts';
import { addressTakenMail, verifyAddressMail } from './mails.ts';
import type { OneTimeTokens } from './one-time-tokens.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { PasswordPolicy } from './password-policy.ts';
import { allowsRegistration } from './registration-rule.ts';
import type { SignInResult, SignInsService } from './sign-ins.service.ts';
import type { UsersRepository } from './users.repository.ts';

export interface RegistrationDeps {
  readonly db: Database;
  readonly users: UsersRepository;
  readonly signIns: SignInsService;
  readonly tokens: OneTimeTokens;
  readonly hasher: PasswordHasher;
  readonly policy: PasswordPolicy;
  readonly settings: SettingsService;
  readonly mailer: Mailer;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** Where people reach the app, without a slash at the end. */
  readonly publicUrl: () => string;
  /** Whose address an open invitation is for, and whether it went there by mail. @throws AppError `invitation.not_found`. */
  readonly invitationFor: (
    op: Operation,
    token: string,
  ) => Promise<{ readonly email: string; readonly isMailed: boolean }>;
}

export interface RegisterInput {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly invitation?: string | undefined;
}

export type Registered =
  | { readonly status: 'signed_in'; readonly result: SignInResult }
  | {
      readonly status: 'mail_sent';
      /** For a cookie: the browser that shows it may finish without a password. */
      readonly browserSecret: string;
      readonly expiresAt: Date;
    };

interface NewAccount {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly isVerified: boolean;
}

/** Making an account with an e-mail address and a password. */
export class RegistrationService {
  readonly #deps: RegistrationDeps;
  constructor(deps: RegistrationDeps) {
    this.#deps = deps;
  }

  /**
   * With mail, nothing is made yet and every address is answered alike. Without, or by an invitation that came by mail,
   * the account is made at once.
   * @throws AppError `auth.registration_refused` when the rule says so, or at once for an address that has an account;
   *   `auth.password_weak`, `invitation.not_found`, `invitation.other_address`.
   */
  async register(op: Operation, input: RegisterInput, caller: Caller): Promise<Registered> {
    const { hasher, policy, mailer } = this.#deps;
    const { email, name, password } = input;
    const isProved = await this.#checkAllowed(op, input);
    await policy.check(password, { email, name });
    const passwordHash = await hasher.hash(password);
    if (mailer.isOn && !isProved) return await this.#pend(op, { email, name, passwordHash });
    return {
      status: 'signed_in',
      result: await this.#make(op, caller, async () => ({ email, name, passwordHash, isVerified: isProved })),
    };
  }

  /**
   * Makes the account that waited for its address to be proved, and signs in. A browser that did not register chooses the
   * password: else whoever did would have prepared an account for somebody else's address.
   * @throws AppError `auth.link_invalid`, `auth.password_needed`, `auth.password_weak`; `auth.registration_refused` when
   *   the address has got an account meanwhile.
   */
  async complete(
    op: Operation,
    input: { readonly token: string; readonly password?: string | undefined },
    browser: { readonly secret: string | undefined; readonly caller: Caller },
  ): Promise<SignInResult> {
    const { tokens, hasher, policy } = this.#deps;
    const pending = await tokens.find(op, 'registration', input.token);
    if (!pending) throw new AppError('auth.link_invalid');
    const shown = browser.secret === undefined ? null : hashLinkSecret(browser.secret);
    const isSameBrowser = shown !== null && pending.browserHash?.equals(shown) === true;
    if (!isSameBrowser && input.password === undefined) throw new AppError('auth.password_needed');
    const { email, name } = pending.payload;
    let { passwordHash } = pending.payload;
    if (input.password !== undefined) {
      await policy.check(input.password, { email, name });
      passwordHash = await hasher.hash(input.password);
    }
    return await this.#make(op, browser.caller, async (op) => {
      if (!(await tokens.take(op, 'registration', input.token))) throw new AppError('auth.link_invalid');
      return { email, name, passwordHash, isVerified: true };
    });
  }

  /** Whether the address is proved already. */
  async #checkAllowed(op: Operation, { email, invitation }: RegisterInput): Promise<boolean> {
    const { settings, mailer, invitationFor } = this.#deps;
    if (invitation !== undefined) {
      const invited = await invitationFor(op, invitation);
      if (invited.email !== email) throw new AppError('invitation.other_address');
      return invited.isMailed && mailer.isOn;
    }
    const { registration } = await settings.current();
    if (!allowsRegistration(registration, { email, isProved: mailer.isOn })) {
      throw new AppError('auth.registration_refused');
    }
    return false;
  }

  /** The same rows for an address that is taken, by which nobody can go on: the clock tells no difference. */
  async #pend(op: Operation, payload: Omit<NewAccount, 'isVerified'>): Promise<Registered> {
    const { db, users, tokens, mailer, publicUrl } = this.#deps;
    const browserSecret = newLinkSecret();
    return await db.transaction(op, async (op) => {
      const { secret, expiresAt } = await tokens.issue(op, 'registration', {
        userId: null,
        browserHash: hashLinkSecret(browserSecret),
        payload,
      });
      const text = (await users.findByEmail(op, payload.email))
        ? addressTakenMail(`${publicUrl()}/auth/sign-in`)
        : verifyAddressMail(`${publicUrl()}/auth/verify#${secret}`);
      await mailer.send(op, { to: payload.email, ...text });
      return { status: 'mail_sent', browserSecret, expiresAt };
    });
  }

  async #make(op: Operation, caller: Caller, accountOf: (op: Operation) => Promise<NewAccount>): Promise<SignInResult> {
    const { db, users, signIns, audit, clock } = this.#deps;
    try {
      return await db.transaction(op, async (op) => {
        const { email, name, passwordHash, isVerified } = await accountOf(op);
        const createdAt = clock.now();
        const { userId } = await users.create(op, {
          email,
          name,
          passwordHash,
          createdAt,
          ...(isVerified ? { emailVerifiedAt: createdAt } : {}),
        });
        await audit.recordInstallation(op, {
          action: 'user.created',
          target: { kind: 'user', id: userId },
          actorId: userId,
        });
        return await signIns.start(op, { userId, methods: ['password'] }, caller);
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('auth.registration_refused', { cause: error });
      throw error;
    }
  }
}
