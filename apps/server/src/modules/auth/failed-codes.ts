import { createHmac } from 'node:crypto';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import type { SignInFailuresRepository } from './sign-in-failures.repository.ts';
import { lockedUntil } from './sign-in-throttle.ts';

const system: Operation = { principal: { kind: 'system' } };

export interface FailedCodesDeps {
  readonly db: Database;
  readonly rows: SignInFailuresRepository;
  readonly clock: Clock;
  /** So that whoever reads the table learns nobody's name. */
  readonly key: Uint8Array;
}

/**
 * Holds up whoever guesses codes or passwords of one person who is known already: signing in by a second factor,
 * confirming, changing a factor. Counted before the guess is looked at, in a transaction of its own: many at once are
 * not more than one after the other, and a refusal that rolls back takes no count with it.
 */
export class FailedCodes {
  readonly #deps: FailedCodesDeps;
  constructor(deps: FailedCodesDeps) {
    this.#deps = deps;
  }

  /**
   * Looks at a guess, when it may be looked at. What `isRight` answers is answered.
   * @throws AppError `request.too_many` while it may not.
   */
  async guarded(userId: string, isRight: () => Promise<boolean>): Promise<boolean> {
    const key = createHmac('sha256', this.#deps.key).update(`codes of ${userId}`).digest();
    await this.#begin(key);
    const isMatch = await isRight();
    if (isMatch) await this.#deps.rows.remove(system, key);
    return isMatch;
  }

  async #begin(key: Buffer): Promise<void> {
    const { db, rows, clock } = this.#deps;
    const now = clock.now();
    const until = await db.transaction(system, async (op) => {
      await rows.ensure(op, key, now);
      const failed = (await rows.lock(op, key)) ?? { count: 0, lastAt: now };
      const until = lockedUntil(failed, now);
      if (!until) await rows.save(op, key, { count: failed.count + 1, lastAt: now });
      return until;
    });
    if (!until) return;
    throw new AppError('request.too_many', {
      details: { limit: 'codes' },
      retryAfterMs: until.getTime() - now.getTime(),
    });
  }
}
