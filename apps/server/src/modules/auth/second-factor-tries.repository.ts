import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** Tries at one second-factor challenge: a row of `one_time_tokens` with the purpose `second_factor`. */
export class SecondFactorTriesRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Counts a try before it is looked at, so that many at once are not more than are allowed. False: there were enough. */
  async count(op: Operation, id: string, allowed: number): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `UPDATE one_time_tokens
          SET payload = jsonb_set(payload, '{tries}', to_jsonb((payload ->> 'tries')::int + 1))
        WHERE id = $1 AND used_at IS NULL AND (payload ->> 'tries')::int < $2 RETURNING id`,
      [id, allowed],
    );
    return rows.length > 0;
  }
}
