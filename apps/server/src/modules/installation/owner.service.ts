import type { Database } from '@atelier/entities/database';
import { isUniqueViolation } from '@atelier/entities/database-errors';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { Caller, SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type {
  OneTimeTokens,
  PasswordHasher,
  PasswordPolicy,
  SignInResult,
  SignInsService,
  UsersRepository,
} from '../auth/index.ts';
import type { OwnerRepository } from './owner.repository.ts';

export interface OwnerDeps {
  readonly db: Database;
  readonly owner: OwnerRepository;
  readonly users: UsersRepository;
  readonly tokens: OneTimeTokens;
  readonly signIns: SignInsService;
  readonly hasher: PasswordHasher;
  readonly policy: PasswordPolicy;
  readonly audit: AuditLog;
  readonly hints: HintBus;
  readonly clock: Clock;
  /** Where people reach the app, without a slash at the end. */
  readonly publicUrl: () => string;
}

/** How an installation gets its one owner: by a link that only whoever starts the program sees. Never by registering. */
export class OwnerService {
  readonly #deps: OwnerDeps;
  constructor(deps: OwnerDeps) {
    this.#deps = deps;
  }

  async exists(op: Operation): Promise<boolean> {
    return await this.#deps.owner.exists(asSystem(op));
  }

  /** A link that is good for an hour and once, for the terminal; null when there is an owner. */
  async newSetupLink(op: Operation): Promise<string | null> {
    const { tokens, publicUrl } = this.#deps;
    if (await this.exists(op)) return null;
    const { secret } = await tokens.issue(op, 'setup', { userId: null, payload: {} });
    return `${publicUrl()}/auth/setup#${secret}`;
  }

  /**
   * Makes whoever holds the link a person and the owner, and signs in.
   * @throws AppError `installation.has_owner`, `auth.link_invalid`, `auth.password_weak`; `auth.registration_refused` when
   *   the address has an account: its owner signs in and claims instead.
   */
  async setUp(
    op: Operation,
    input: { readonly token: string; readonly email: string; readonly name: string; readonly password: string },
    caller: Caller,
  ): Promise<SignInResult> {
    const { users, tokens, signIns, hasher, policy, audit, clock } = this.#deps;
    const { token, email, name, password } = input;
    if (await this.exists(op)) throw new AppError('installation.has_owner');
    if (!(await tokens.find(op, 'setup', token))) throw new AppError('auth.link_invalid');
    await policy.check(password, { email, name });
    const passwordHash = await hasher.hash(password);
    return await this.#claiming(op, token, async (op) => {
      if (await users.findByEmail(op, email)) throw new AppError('auth.registration_refused');
      const now = clock.now();
      const person = { email, name, passwordHash, createdAt: now, emailVerifiedAt: now };
      const { userId } = await users.create(op, { ...person, installationRole: 'owner' });
      await audit.recordInstallation(op, {
        action: 'user.created',
        target: { kind: 'user', id: userId },
        actorId: userId,
      });
      const result = await signIns.start(op, { userId, methods: ['setup_link', 'password'] }, caller);
      return { userId, result };
    });
  }

  /** Makes the person who is signed in the owner. @throws AppError `installation.has_owner`, `auth.link_invalid`. */
  async claim(memberOp: Operation, principal: SignedIn, token: string): Promise<void> {
    const { owner, hints, db } = this.#deps;
    const { userId } = principal;
    const op = asSystem(memberOp);
    if (await this.exists(op)) throw new AppError('installation.has_owner');
    await this.#claiming(op, token, async (op) => {
      await owner.make(op, userId);
      db.afterCommit(op, () => hints.send('access', userId, ''));
      return { userId, result: null };
    });
  }

  /** Uses the link up and makes an owner by `work`, or neither. All other links are dead then. */
  async #claiming<T>(
    op: Operation,
    token: string,
    work: (op: Operation) => Promise<{ readonly userId: string; readonly result: T }>,
  ): Promise<T> {
    const { db, owner, tokens, audit } = this.#deps;
    try {
      return await db.transaction(op, async (op) => {
        await owner.takeTurn(op);
        if (!(await tokens.take(op, 'setup', token))) throw await this.#refusal(op);
        const { userId, result } = await work(op);
        await tokens.endUnowned(op, 'setup');
        await audit.recordInstallation(op, {
          action: 'owner.claimed',
          target: { kind: 'user', id: userId },
          actorId: userId,
        });
        return result;
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      // Somebody was quicker: at owning the installation, or at the address.
      throw (await this.exists(op))
        ? new AppError('installation.has_owner', { cause: error })
        : new AppError('auth.registration_refused', { cause: error });
    }
  }

  async #refusal(op: Operation): Promise<AppError> {
    return new AppError((await this.exists(op)) ? 'installation.has_owner' : 'auth.link_invalid');
  }
}
