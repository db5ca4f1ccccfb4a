import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { FailedSignIns } from './sign-in-throttle.ts';

/** How often in a row somebody could not prove who they are. The key is a keyed hash of who. */
export class FailedCodesRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Locked until the transaction ends, so that tries take turns. */
  async lock(op: Operation, key: Buffer, now: Date): Promise<FailedSignIns> {
    await this.#db.query(
      op,
      `INSERT INTO sign_in_failures (key, failures, last_failed_at) VALUES ($1, 0, $2) ON CONFLICT (key) DO NOTHING`,
      [key, now],
    );
    const rows = await this.#db.query<FailedSignIns>(
      op,
      `SELECT failures AS count, last_failed_at AS "lastAt" FROM sign_in_failures WHERE key = $1 FOR UPDATE`,
      [key],
    );
    return rows[0] ?? { count: 0, lastAt: now };
  }

  async count(op: Operation, key: Buffer, at: Date): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE sign_in_failures SET failures = failures + 1, last_failed_at = $2 WHERE key = $1`,
      [key, at],
    );
  }

  async forget(op: Operation, key: Buffer): Promise<void> {
    await this.#db.query(op, `DELETE FROM sign_in_failures WHERE key = $1`, [key]);
  }
}
