import type { Operation } from '@atelier/entities/operation';
import type { Logger } from '../../platform/telemetry/logger.ts';

const system: Operation = { principal: { kind: 'system' } };
const everyMs = 60 * 60_000;
const batch = 1000;

/** Rows that end by themselves. */
interface Expiring {
  /** Removes up to `limit` of those that have ended; returns how many. */
  removeExpired(op: Operation, limit: number): Promise<number>;
}

/** Clears away what nobody can use any more, once an hour: refresh tokens, sign-ins at providers that came to nothing. */
export class ExpiredSignIns {
  readonly #kinds: readonly Expiring[];
  readonly #log: Logger;
  #timer: NodeJS.Timeout | null = null;

  constructor(kinds: readonly Expiring[], log: Logger) {
    this.#kinds = kinds;
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
      for (const kind of this.#kinds) while ((await kind.removeExpired(system, batch)) === batch);
    } catch (error) {
      this.#log.warn({ error }, 'ended sign-ins could not be cleared away; trying again in an hour');
    }
  }
}
