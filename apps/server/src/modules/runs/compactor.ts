import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { RunsRepository } from './runs.repository.ts';

const system: Operation = { principal: { kind: 'system' } };
const batch = 20;

/**
 * Drops the deltas of runs that ended a while ago. The wait lets readers who are a moment behind read them; one from
 * further back is given a snapshot.
 */
export class Compactor {
  readonly #deps: {
    readonly db: Database;
    readonly runs: RunsRepository;
    readonly log: Logger;
    readonly afterMs: number;
  };
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: {
    readonly db: Database;
    readonly runs: RunsRepository;
    readonly log: Logger;
    readonly afterMs: number;
  }) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => void this.compact(), Math.max(1000, Math.min(this.#deps.afterMs / 2, 30_000)));
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** Compacts everything that is due. Returns how many runs. */
  async compact(): Promise<number> {
    const { db, runs, log, afterMs } = this.#deps;
    let total = 0;
    try {
      for (;;) {
        const before = new Date(Date.now() - afterMs);
        const count = await db.transaction(system, (op) => runs.compact(op, before, batch));
        total += count;
        if (count < batch) return total;
      }
    } catch (error) {
      log.warn({ error }, 'session logs could not be compacted; trying again');
      return total;
    }
  }
}
