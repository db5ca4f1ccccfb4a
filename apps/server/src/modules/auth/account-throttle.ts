import { createHmac } from 'node:crypto';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import type { AuditLog } from '../audit/index.ts';
import type { SignInFailuresRepository } from './sign-in-failures.repository.ts';
import { type FailedSignIns, isForgotten, lockedUntil, needsReset } from './sign-in-throttle.ts';

export interface AccountThrottleDeps {
  readonly db: Database;
  readonly failures: SignInFailuresRepository;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** Addresses are stored as HMACs by it: nobody reads them out of the table, or finds them by guessing. */
  readonly key: Uint8Array;
}

/** One try to sign in. `userId` is null when nobody has the address: it is held up all the same. */
export interface Attempt {
  readonly email: string;
  readonly userId: string | null;
  readonly isRight: boolean;
}

const none: FailedSignIns = { count: 0, lastAt: new Date(0) };

/** Holds up whoever guesses at one account, wherever they come from, and tells nothing about whether there is one. */
export class AccountThrottle {
  readonly #deps: AccountThrottleDeps;
  constructor(deps: AccountThrottleDeps) {
    this.#deps = deps;
  }

  /** Before anything is looked at. @throws AppError `auth.locked`, `auth.reset_needed`. */
  async admit(op: Operation, email: string): Promise<void> {
    const refusal = this.#refusalFor((await this.#deps.failures.find(op, this.#keyOf(email))) ?? none);
    if (refusal) throw refusal;
  }

  /**
   * After a try was looked at, in the transaction of what follows from it. A failure is counted, a success clears the
   * count. Of tries at once some may have failed meanwhile: then this one is refused unsaid, right or wrong.
   * @returns what to refuse with once the transaction has committed; null: nothing.
   */
  async settle(op: Operation, { email, userId, isRight }: Attempt): Promise<AppError | null> {
    const { db, failures, audit, clock } = this.#deps;
    const key = this.#keyOf(email);
    return await db.transaction(op, async (op) => {
      const now = clock.now();
      if (!isRight) await failures.ensure(op, key, now);
      const known = (await failures.lock(op, key)) ?? none;
      const refusal = this.#refusalFor(known);
      if (refusal) return refusal;
      if (isRight) {
        if (known !== none) await failures.remove(op, key);
        return null;
      }
      const failed = { count: (isForgotten(known, now) ? 0 : known.count) + 1, lastAt: now };
      await failures.save(op, key, failed);
      if (this.#refusalFor(failed)) {
        await audit.recordInstallation(op, {
          action: 'sign_in.locked',
          target: { kind: 'user', id: userId },
          outcome: 'denied',
          after: { failures: failed.count },
        });
      }
      return null;
    });
  }

  /** Whoever has set a new password begins anew. */
  async forget(op: Operation, email: string): Promise<void> {
    await this.#deps.failures.remove(op, this.#keyOf(email));
  }

  #refusalFor(failed: FailedSignIns): AppError | null {
    const now = this.#deps.clock.now();
    if (isForgotten(failed, now)) return null;
    if (needsReset(failed)) return new AppError('auth.reset_needed');
    const until = lockedUntil(failed, now);
    return until ? new AppError('auth.locked', { retryAfterMs: until.getTime() - now.getTime() }) : null;
  }

  #keyOf(email: string): Buffer {
    return createHmac('sha256', this.#deps.key).update(email.toLowerCase()).digest();
  }
}
