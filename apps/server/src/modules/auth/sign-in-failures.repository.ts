import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { FailedSignIns } from './sign-in-throttle.ts';

/** How often in a row signing in failed, by a keyed hash of the address. */
export class SignInFailuresRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async find(op: Operation, key: Buffer): Promise<FailedSignIns | null> {
    return await this.#read(op, key, '');
  }

  /** Locks the row until the transaction ends: tries at once are settled one after the other. */
  async lock(op: Operation, key: Buffer): Promise<FailedSignIns | null> {
    return await this.#read(op, key, 'FOR UPDATE');
  }

  /** Makes a row without failures, unless there is one. */
  async ensure(op: Operation, key: Buffer, at: Date): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO sign_in_failures (key, failures, last_failed_at) VALUES ($1, 0, $2) ON CONFLICT (key) DO NOTHING`,
      [key, at],
    );
  }

  async save(op: Operation, key: Buffer, failed: FailedSignIns): Promise<void> {
    await this.#db.query(op, `UPDATE sign_in_failures SET failures = $2, last_failed_at = $3 WHERE key = $1`, [
      key,
      failed.count,
      failed.lastAt,
    ]);
  }

  async remove(op: Operation, key: Buffer): Promise<void> {
    await this.#db.query(op, `DELETE FROM sign_in_failures WHERE key = $1`, [key]);
  }

  /** Removes what is older than a day. */
  async removeExpired(op: Operation, limit: number): Promise<number> {
    const rows = await this.#db.query<{ key: Buffer }>(
      op,
      `DELETE FROM sign_in_failures WHERE key IN (
         SELECT key FROM sign_in_failures WHERE last_failed_at < now() - interval '1 day'
          ORDER BY last_failed_at LIMIT $1)
       RETURNING key`,
      [limit],
    );
    return rows.length;
  }

  async #read(op: Operation, key: Buffer, lock: '' | 'FOR UPDATE'): Promise<FailedSignIns | null> {
    const rows = await this.#db.query<FailedSignIns>(
      op,
      `SELECT failures AS count, last_failed_at AS "lastAt" FROM sign_in_failures WHERE key = $1 ${lock}`,
      [key],
    );
    return rows[0] ?? null;
  }
}
