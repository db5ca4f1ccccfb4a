import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { presenceLock } from './hint-bus.ts';

/** Which processes live: each holds an advisory lock as long as it is connected. */
export class PresenceRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Those of these processes that are there now. */
  async present(op: Operation, processes: readonly string[]): Promise<readonly string[]> {
    if (processes.length === 0) return [];
    const rows: readonly { readonly process: string }[] = await this.#db.query(
      op,
      `SELECT process FROM unnest($1::text[]) process
        WHERE EXISTS (SELECT 1 FROM pg_locks l
                       WHERE l.locktype = 'advisory' AND l.classid = $2 AND l.objsubid = 2
                         AND l.objid::bigint = (hashtext(process)::bigint & 4294967295))`,
      [processes, presenceLock],
    );
    return rows.map(({ process }) => process);
  }
}
