import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** What rate-limiter-flexible leaves behind in PostgreSQL. Counting itself is the library's. */
export class RateLimitsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Removes counters whose window has ended. Returns how many. */
  async removeEnded(op: Operation, limit: number): Promise<number> {
    const rows = await this.#db.query<{ key: string }>(
      op,
      `DELETE FROM rate_limits WHERE key IN (
         SELECT key FROM rate_limits WHERE expire < $1 ORDER BY expire LIMIT $2)
       RETURNING key`,
      [Date.now(), limit],
    );
    return rows.length;
  }
}
