import type { Operation } from '@atelier/entities/operation';
import type { Logger } from '../telemetry/logger.ts';
import type { RateLimitsRepository } from './rate-limits.repository.ts';

const system: Operation = { principal: { kind: 'system' } };
const everyMs = 60 * 60_000;
const batch = 1000;

/** Clears counters away whose window has ended, once an hour. They count for nothing; they only take room. */
export class EndedLimits {
  readonly #rateLimits: RateLimitsRepository;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | null = null;

  constructor(rateLimits: RateLimitsRepository, log: Logger) {
    this.#rateLimits = rateLimits;
    this.#log = log;
  }

  start(): void {
    this.#timer = setInterval(() => void this.clear(), everyMs);
    this.#timer.unref();
    void this.clear();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  async clear(): Promise<void> {
    try {
      while ((await this.#rateLimits.removeEnded(system, batch)) === batch);
    } catch (error) {
      this.#log.warn({ error }, 'ended limits could not be cleared away; trying again in an hour');
    }
  }
}
