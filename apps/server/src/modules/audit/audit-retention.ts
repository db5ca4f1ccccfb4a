import type { Operation } from '@atelier/entities/operation';
import type { Clock } from '@atelier/kernel/clock';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { AuditService } from './audit.service.ts';

const system: Operation = { principal: { kind: 'system' } };
const everyMs = 60 * 60_000;

export interface AuditRetentionDeps {
  readonly audit: AuditService;
  /** In days; null keeps everything. */
  readonly retentionDays: () => Promise<number | null>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Takes away what is older than the installation keeps its records, once an hour. */
export class AuditRetention {
  readonly #deps: AuditRetentionDeps;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: AuditRetentionDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => void this.prune(), everyMs);
    this.#timer.unref();
    void this.prune();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  async prune(): Promise<void> {
    const { audit, retentionDays, clock, log } = this.#deps;
    try {
      const days = await retentionDays();
      if (days !== null) await audit.prune(system, { now: clock.now(), retentionDays: days });
    } catch (error) {
      log.warn({ error }, 'old entries of the record could not be removed; trying again in an hour');
    }
  }
}
