import { availableParallelism } from 'node:os';
import { AppError } from '@atelier/kernel/app-error';
import argon2 from '@node-rs/argon2';
import pLimit from 'p-limit';

/** argon2id by OWASP's cheat sheet: 19 MiB, two passes, one lane. Kept in the stored string, so they can rise later. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const queueLimit = 64;

/** Hashing costs 19 MiB and tens of milliseconds each: at most one a core at a time, 64 wait, the next is refused. */
export class PasswordHasher {
  readonly #limit = pLimit(Math.max(1, availableParallelism() - 1));
  #dummy: Promise<string> | null = null;

  async hash(password: string): Promise<string> {
    return await this.#queued(() => argon2.hash(password, parameters));
  }

  /** With `stored` null it works as long as with one: who has no account cannot be told by the clock. */
  async matches(password: string, stored: string | null): Promise<boolean> {
    this.#dummy ??= argon2.hash('no account has this password', parameters);
    const reference = stored ?? (await this.#dummy);
    const isMatch = await this.#queued(() => argon2.verify(reference, password));
    return isMatch && stored !== null;
  }

  async #queued<T>(work: () => Promise<T>): Promise<T> {
    if (this.#limit.pendingCount >= queueLimit) throw new AppError('auth.busy', { retryAfterMs: 2000 });
    return await this.#limit(work);
  }
}
