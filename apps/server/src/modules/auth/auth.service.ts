import type { Database } from '@atelier/entities/database';
import { isUniqueViolation } from '@atelier/entities/database-errors';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import type { Caller } from '../../platform/trpc/context.ts';
import type { SettingsService } from '../installation/index.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { allowsRegistration } from './registration-rule.ts';
import type { Entry, SecondFactorSignInService } from './second-factor-sign-in.service.ts';
import type { SignInResult, SignInsService } from './sign-ins.service.ts';
import type { UsersRepository } from './users.repository.ts';

export interface AuthDeps {
  readonly db: Database;
  readonly users: UsersRepository;
  readonly signIns: SignInsService;
  readonly secondFactor: SecondFactorSignInService;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  readonly settings: SettingsService;
}

/** Registering and signing in with e-mail and password. */
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
    const { db, users, hasher, signIns, clock, settings } = this.#deps;
    const { registration } = await settings.current();
    if (!allowsRegistration(registration, input.email)) throw new AppError('auth.registration_refused');
    const passwordHash = await hasher.hash(input.password);
    try {
      return await db.transaction(op, async (op) => {
        const { email, name } = input;
        const made = await users.create(op, { email, name, passwordHash, createdAt: clock.now() });
        return await signIns.start(op, { userId: made.userId, methods: ['password'] }, caller);
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
  ): Promise<Entry> {
    const { users, hasher, secondFactor } = this.#deps;
    const account = await users.findPasswordAccount(op, input.email);
    const isMatch = await hasher.matches(input.password, account?.passwordHash ?? null);
    if (!account?.isActive || !isMatch) throw new AppError('auth.invalid_credentials');
    return await secondFactor.enter(op, { userId: account.userId, method: 'password' }, caller);
  }
}
