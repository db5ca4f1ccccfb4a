import { Passkey } from '@atelier/entities/auth/passkey.entity';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface PasskeyRow {
  readonly id: string;
  readonly userId: string;
  readonly credentialId: Buffer;
  readonly publicKey: Buffer;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly isBackedUp: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

const columns = `id, user_id AS "userId", credential_id AS "credentialId", public_key AS "publicKey", counter, transports,
  name, is_backed_up AS "isBackedUp", created_at AS "createdAt", last_used_at AS "lastUsedAt"`;

/** People's passkeys. */
export class PasskeysRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async insert(op: Operation, passkey: PasskeyRow): Promise<void> {
    await this.#db.managerFor(op).insert(Passkey, { ...passkey, transports: [...passkey.transports] });
  }

  async list(op: Operation, userId: string): Promise<readonly PasskeyRow[]> {
    return await this.#db.query<PasskeyRow>(
      op,
      `SELECT ${columns} FROM passkeys WHERE user_id = $1 ORDER BY created_at LIMIT 100`,
      [userId],
    );
  }

  /** By what the authenticator calls it. */
  async findByCredential(op: Operation, credentialId: Buffer): Promise<PasskeyRow | null> {
    const rows = await this.#db.query<PasskeyRow>(op, `SELECT ${columns} FROM passkeys WHERE credential_id = $1`, [
      credentialId,
    ]);
    return rows[0] ?? null;
  }

  /**
   * Notes a use. False when the counter did not grow: then there are two of what there should be one of. Authenticators
   * that do not count say 0 each time. https://www.w3.org/TR/webauthn-3/#sctn-sign-counter
   */
  async noteUse(
    op: Operation,
    id: string,
    use: { readonly counter: number; readonly isBackedUp: boolean; readonly at: Date },
  ): Promise<boolean> {
    const rows = await this.#db.query<{ any: number }>(
      op,
      `UPDATE passkeys SET counter = $2, is_backed_up = $3, last_used_at = $4
        WHERE id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0)) RETURNING 1 AS any`,
      [id, use.counter, use.isBackedUp, use.at],
    );
    return rows.length > 0;
  }

  /** False: it is not there, or not theirs. */
  async rename(op: Operation, userId: string, id: string, name: string): Promise<boolean> {
    const rows = await this.#db.query<{ any: number }>(
      op,
      `UPDATE passkeys SET name = $3 WHERE id = $2 AND user_id = $1 RETURNING 1 AS any`,
      [userId, id, name],
    );
    return rows.length > 0;
  }

  /** Its name; null: it is not there, or not theirs. */
  async remove(op: Operation, userId: string, id: string): Promise<string | null> {
    const rows = await this.#db.query<{ name: string }>(
      op,
      `DELETE FROM passkeys WHERE id = $2 AND user_id = $1 RETURNING name`,
      [userId, id],
    );
    return rows[0]?.name ?? null;
  }
}
