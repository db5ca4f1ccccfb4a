import { createSecretKey, type KeyObject } from 'node:crypto';
import { AppError } from '@atelier/kernel/app-error';
import { RateLimiterRes, type RateLimiterStoreAbstract } from 'rate-limiter-flexible';
import type { LimitStore } from './limit-stores.ts';
import { limitSubject, networkOf } from './limit-subject.ts';
import { type LimitPoints, limits, type SharedLimit } from './limits.ts';

const sweepEveryMs = 10_000;

/** Points that were taken from the store and not spent yet. */
interface Block {
  left: number;
  readonly until: number;
}

export interface RateLimiterOptions {
  readonly store: LimitStore;
  readonly points: LimitPoints;
  /** Makes what stands in the store unreadable; the same in all processes. */
  readonly key: Uint8Array;
}

/** What somebody may still do. */
export interface LimitState {
  readonly limit: SharedLimit;
  readonly points: number;
  readonly left: number;
  /** Until all points are there again; 0: they are. */
  readonly resetsInMs: number;
}

/** Counts what callers do, over all processes, and refuses what is too much. */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #key: KeyObject;
  readonly #counters = new Map<SharedLimit, RateLimiterStoreAbstract>();
  readonly #blocks = new Map<string, Block>();
  readonly #taking = new Map<string, Promise<void>>();
  #sweptAt = Date.now();

  constructor(options: RateLimiterOptions) {
    this.#options = options;
    this.#key = createSecretKey(options.key);
  }

  /**
   * Uses one point up. The subject is a user's id, an address, an e-mail, as the limit is counted.
   * @throws AppError `request.too_many`.
   */
  async consume(limit: SharedLimit, subject: string): Promise<void> {
    const id = this.#idOf(limit, subject);
    while (!this.#spend(id)) {
      const taking = this.#taking.get(id) ?? this.#take(limit, id).finally(() => this.#taking.delete(id));
      this.#taking.set(id, taking);
      await taking;
    }
  }

  /** What is left of a limit, without using it. */
  async left(limit: SharedLimit, subject: string): Promise<LimitState> {
    const id = this.#idOf(limit, subject);
    const points = this.#options.points[limit];
    const counted = await this.#counter(limit).get(id);
    const here = this.#blocks.get(id);
    const unspent = here && here.until > Date.now() ? here.left : 0;
    return {
      limit,
      points,
      left: Math.max(0, points - (counted?.consumedPoints ?? 0)) + unspent,
      resetsInMs: Math.max(0, counted?.msBeforeNext ?? 0),
    };
  }

  #spend(id: string): boolean {
    const block = this.#blocks.get(id);
    if (!block || block.left === 0 || block.until <= Date.now()) return false;
    block.left -= 1;
    return true;
  }

  /** Everybody who waits for points of one subject waits for the same call. */
  async #take(limit: SharedLimit, id: string): Promise<void> {
    const points = this.#options.points[limit];
    // Never a large part of the whole: with a small limit one process would take it all.
    const wanted = Math.max(1, Math.min(limits[limit].atOnce, Math.floor(points / 30)));
    const counted = await this.#counter(limit)
      .consume(id, wanted)
      .catch((refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return refusal;
        throw refusal;
      });
    const msLeft = Math.max(1, counted.msBeforeNext);
    // What is refused from memory says that nothing was consumed. The last block of a window may be a smaller one.
    const granted = counted.consumedPoints === 0 ? 0 : Math.min(wanted, points - (counted.consumedPoints - wanted));
    if (granted <= 0) throw new AppError('request.too_many', { retryAfterMs: Math.ceil(msLeft), details: { limit } });
    this.#sweep();
    this.#blocks.set(id, { left: granted, until: Date.now() + msLeft });
  }

  #sweep(): void {
    const now = Date.now();
    if (now - this.#sweptAt < sweepEveryMs) return;
    this.#sweptAt = now;
    for (const [id, block] of this.#blocks) if (block.left === 0 || block.until <= now) this.#blocks.delete(id);
  }

  #idOf(limit: SharedLimit, subject: string): string {
    const { per } = limits[limit];
    return `${limit}:${limitSubject(this.#key, per === 'address' ? networkOf(subject) : subject)}`;
  }

  #counter(limit: SharedLimit): RateLimiterStoreAbstract {
    const { store, points } = this.#options;
    const counter =
      this.#counters.get(limit) ?? store.counter({ points: points[limit], seconds: limits[limit].seconds });
    this.#counters.set(limit, counter);
    return counter;
  }
}
