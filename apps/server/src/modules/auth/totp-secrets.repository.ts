import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface TotpSecretRow {
  readonly secretSealed: string;
  readonly lastStep: number | null;
  /** Null: it was shown, but no code of it was seen yet. */
  readonly confirmedAt: Date | null;
}

/** Authenticator apps, one a person. */
export class TotpSecretsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async find(op: Operation, userId: string): Promise<TotpSecretRow | null> {
    const rows = await this.#db.query<TotpSecretRow>(
      op,
      `SELECT secret_sealed AS "secretSealed", last_step AS "lastStep", confirmed_at AS "confirmedAt"
         FROM totp_secrets WHERE user_id = $1`,
      [userId],
    );
    return rows[0] ?? null;
  }

  /** Keeps a secret that waits for its first code, in the place of one that waited. False: one is active. */
  async begin(op: Operation, userId: string, secretSealed: string, at: Date): Promise<boolean> {
    const rows = await this.#db.query<{ any: number }>(
      op,
      `INSERT INTO totp_secrets (user_id, secret_sealed, created_at) VALUES ($1, $2, $3)
       ON CONFLICT (user_id) DO UPDATE SET secret_sealed = excluded.secret_sealed, created_at = excluded.created_at,
                                           last_step = NULL
        WHERE totp_secrets.confirmed_at IS NULL
       RETURNING 1 AS any`,
      [userId, secretSealed, at],
    );
    return rows.length > 0;
  }

  /** Uses a time step up, and all before it; false when it was used already. Of several at once one succeeds. */
  async takeStep(op: Operation, userId: string, secretSealed: string, step: number): Promise<boolean> {
    const rows = await this.#db.query<{ any: number }>(
      op,
      `UPDATE totp_secrets SET last_step = $3
        WHERE user_id = $1 AND secret_sealed = $2 AND (last_step IS NULL OR last_step < $3) RETURNING 1 AS any`,
      [userId, secretSealed, step],
    );
    return rows.length > 0;
  }

  /** False: it was active already, or it is gone. */
  async confirm(op: Operation, userId: string, at: Date): Promise<boolean> {
    const rows = await this.#db.query<{ any: number }>(
      op,
      `UPDATE totp_secrets SET confirmed_at = $2 WHERE user_id = $1 AND confirmed_at IS NULL RETURNING 1 AS any`,
      [userId, at],
    );
    return rows.length > 0;
  }

  async remove(op: Operation, userId: string): Promise<void> {
    await this.#db.query(op, `DELETE FROM totp_secrets WHERE user_id = $1`, [userId]);
  }
}
