import { OneTimeToken } from '@atelier/entities/auth/one-time-token.entity';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { newId } from '@atelier/kernel/ids';

/** What something that works once is good for. */
export type OneTimePurpose =
  | 'second_factor'
  | 'passkey_registration'
  | 'passkey_sign_in'
  | 'passkey_factor'
  | 'passkey_confirm';

export interface NewOneTimeToken {
  readonly purpose: OneTimePurpose;
  readonly userId: string | null;
  readonly tokenHash: Buffer;
  /** Of the browser that asked for it, when only that one may use it. */
  readonly browserHash: Buffer | null;
  readonly payload: object;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface OneTimeTokenRow extends NewOneTimeToken {
  readonly id: string;
}

const columns = `id, purpose, user_id AS "userId", token_hash AS "tokenHash", browser_hash AS "browserHash", payload,
  created_at AS "createdAt", expires_at AS "expiresAt"`;

/** Things that work once. Only hashes of them are kept. */
export class OneTimeTokensRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async insert(op: Operation, token: NewOneTimeToken): Promise<void> {
    await this.#db.managerFor(op).insert(OneTimeToken, { id: newId(), ...token, usedAt: null });
  }

  /** One that is good still. Uses nothing up. */
  async find(op: Operation, purpose: OneTimePurpose, tokenHash: Buffer, now: Date): Promise<OneTimeTokenRow | null> {
    const rows = await this.#db.query<OneTimeTokenRow>(
      op,
      `SELECT ${columns} FROM one_time_tokens
        WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3`,
      [tokenHash, purpose, now],
    );
    return rows[0] ?? null;
  }

  /** Uses it up: of several that take the same one, one gets it. */
  async take(op: Operation, purpose: OneTimePurpose, tokenHash: Buffer, now: Date): Promise<OneTimeTokenRow | null> {
    const rows = await this.#db.query<OneTimeTokenRow>(
      op,
      `UPDATE one_time_tokens SET used_at = $3
        WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 RETURNING ${columns}`,
      [tokenHash, purpose, now],
    );
    return rows[0] ?? null;
  }

  async removeExpired(op: Operation, limit: number): Promise<number> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `DELETE FROM one_time_tokens WHERE id IN (
         SELECT id FROM one_time_tokens WHERE expires_at < now() ORDER BY expires_at LIMIT $1)
       RETURNING id`,
      [limit],
    );
    return rows.length;
  }
}
