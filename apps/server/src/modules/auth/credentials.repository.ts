import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** Every way in to somebody's account, taken together. */
export class CredentialsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Leaves the password and nothing else: no second factor, passkey, linked account or key. */
  async removeAllButPassword(op: Operation, userId: string, at: Date): Promise<void> {
    await this.#db.query(op, `DELETE FROM passkeys WHERE user_id = $1`, [userId]);
    await this.#db.query(op, `DELETE FROM totp_secrets WHERE user_id = $1`, [userId]);
    await this.#db.query(op, `DELETE FROM recovery_codes WHERE user_id = $1`, [userId]);
    await this.#db.query(op, `DELETE FROM accounts WHERE user_id = $1 AND provider <> 'password'`, [userId]);
    await this.#db.query(op, `UPDATE api_keys SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL`, [
      userId,
      at,
    ]);
  }
}
