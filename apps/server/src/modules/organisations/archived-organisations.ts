import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { Clock } from '@atelier/kernel/clock';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { AuditLog } from '../audit/index.ts';
import type { OrganisationsRepository } from './organisations.repository.ts';
import { keepArchivedMs } from './organisations.service.ts';

const system: Operation = { principal: { kind: 'system' } };
const everyMs = 60 * 60_000;
const batch = 20;

export interface ArchivedOrganisationsDeps {
  readonly db: Database;
  readonly organisations: OrganisationsRepository;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly removeWorkspace: (sessionId: string) => Promise<void>;
}

/** Purges organisations that were deleted thirty days ago, rows and workspaces, once an hour. */
export class ArchivedOrganisations {
  readonly #deps: ArchivedOrganisationsDeps;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: ArchivedOrganisationsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => void this.purge(), everyMs);
    this.#timer.unref();
    void this.purge();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  async purge(): Promise<void> {
    const { organisations, clock, log } = this.#deps;
    try {
      const before = new Date(clock.now().getTime() - keepArchivedMs);
      for (const id of await organisations.archivedBefore(system, before, batch)) await this.#purgeOne(id);
    } catch (error) {
      log.warn({ error }, 'deleted organisations could not be purged; trying again in an hour');
    }
  }

  async #purgeOne(id: string): Promise<void> {
    const { db, organisations, audit, removeWorkspace } = this.#deps;
    const sessions = await organisations.sessionsOf(system, id);
    const isPurged = await db.transaction(system, async (op) => {
      if (!(await organisations.purge(op, id))) return false;
      await audit.record(op, id, { action: 'organisation.purged', target: { kind: 'organisation', id } });
      return true;
    });
    if (!isPurged) return;
    for (const session of sessions) await removeWorkspace(session);
  }
}
