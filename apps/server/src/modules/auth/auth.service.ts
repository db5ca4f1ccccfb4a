import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Caller } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type { AccountThrottle } from './account-throttle.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { Entry, SecondFactorSignInService } from './second-factor-sign-in.service.ts';
import type { UsersRepository } from './users.repository.ts';

export interface AuthDeps {
  readonly db: Database;
  readonly users: UsersRepository;
  readonly secondFactor: SecondFactorSignInService;
  readonly hasher: PasswordHasher;
  readonly throttle: AccountThrottle;
  readonly audit: AuditLog;
}

/** Signing in with e-mail and password. */
export class AuthService {
  readonly #deps: AuthDeps;
  constructor(deps: AuthDeps) {
    this.#deps = deps;
  }

  /**
   * @throws AppError `auth.invalid_credentials`, the same for an unknown address and a wrong password; `auth.locked` and
   *   `auth.reset_needed` after too many failures, known or not.
   */
  async signIn(
    op: Operation,
    input: { readonly email: string; readonly password: string },
    caller: Caller,
  ): Promise<Entry> {
    const { db, users, hasher, throttle, secondFactor } = this.#deps;
    await throttle.admit(op, input.email);
    const account = await users.findPasswordAccount(op, input.email);
    const isMatch = await hasher.matches(input.password, account?.passwordHash ?? null);
    const person = account?.isActive && isMatch ? account.userId : null;
    const outcome = await db.transaction(op, async (op) => {
      const attempt = { email: input.email, userId: account?.userId ?? null, isRight: person !== null };
      const refusal = await throttle.settle(op, attempt);
      if (refusal) return refusal;
      if (person) return await secondFactor.enter(op, { userId: person, method: 'password' }, caller);
      return await this.#failed(op, attempt.userId);
    });
    // A failure is counted before it is told: its transaction has committed.
    if (outcome instanceof AppError) throw outcome;
    return outcome;
  }

  async #failed(op: Operation, userId: string | null): Promise<AppError> {
    await this.#deps.audit.recordInstallation(op, {
      action: 'sign_in.failed',
      target: { kind: 'user', id: userId },
      outcome: 'failed',
      reason: 'auth.invalid_credentials',
    });
    return new AppError('auth.invalid_credentials');
  }
}
