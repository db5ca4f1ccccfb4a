import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** Codes that stand in for a lost second factor, hashed. */
export class RecoveryCodesRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** These and no others work from now on. */
  async replace(op: Operation, userId: string, hashes: readonly Buffer[], at: Date): Promise<void> {
    await this.removeAll(op, userId);
    await this.#db.query(
      op,
      `INSERT INTO recovery_codes (user_id, code_hash, created_at) SELECT $1, hash, $3 FROM unnest($2::bytea[]) hash`,
      [userId, hashes, at],
    );
  }

  /** Uses one up; false when it is none, or was used. Of several at once one succeeds. */
  async burn(op: Operation, userId: string, hash: Buffer, at: Date): Promise<boolean> {
    const rows = await this.#db.query<{ any: number }>(
      op,
      `UPDATE recovery_codes SET used_at = $3
        WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL RETURNING 1 AS any`,
      [userId, hash, at],
    );
    return rows.length > 0;
  }

  async countLeft(op: Operation, userId: string): Promise<number> {
    const rows = await this.#db.query<{ left: number }>(
      op,
      `SELECT count(*)::int AS left FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL`,
      [userId],
    );
    return rows[0]?.left ?? 0;
  }

  async removeAll(op: Operation, userId: string): Promise<void> {
    await this.#db.query(op, `DELETE FROM recovery_codes WHERE user_id = $1`, [userId]);
  }
}
