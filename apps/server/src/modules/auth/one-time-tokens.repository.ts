import { OneTimeToken } from '@atelier/entities/auth/one-time-token.entity';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { newId } from '@atelier/kernel/ids';
import type { StoredPurpose } from './one-time-purposes.ts';

export interface NewOneTimeToken {
  readonly purpose: StoredPurpose;
  readonly userId: string | null;
  readonly tokenHash: Buffer;
  /** Of the browser that asked for it, when only that one may use it. */
  readonly browserHash: Buffer | null;
  readonly payload: object;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface OneTimeTokenRow extends Omit<NewOneTimeToken, 'payload'> {
  readonly id: string;
  readonly payload: unknown;
}

const columns = `id, purpose, user_id AS "userId", token_hash AS "tokenHash", browser_hash AS "browserHash", payload,
  created_at AS "createdAt", expires_at AS "expiresAt"`;

/** Secrets that work once. Only hashes of them are kept. */
export class OneTimeTokensRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async insert(op: Operation, token: NewOneTimeToken): Promise<void> {
    await this.#db.managerFor(op).insert(OneTimeToken, { id: newId(), ...token, usedAt: null });
  }

  /** One that is good still. Uses nothing up. */
  async find(op: Operation, purpose: StoredPurpose, tokenHash: Buffer, now: Date): Promise<OneTimeTokenRow | null> {
    const rows = await this.#db.query<OneTimeTokenRow>(
      op,
      `SELECT ${columns} FROM one_time_tokens
        WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3`,
      [tokenHash, purpose, now],
    );
    return rows[0] ?? null;
  }

  /** Uses it up: of several that take the same one, one gets it. */
  async take(op: Operation, purpose: StoredPurpose, tokenHash: Buffer, now: Date): Promise<OneTimeTokenRow | null> {
    const rows = await this.#db.query<OneTimeTokenRow>(
      op,
      `UPDATE one_time_tokens SET used_at = $3
        WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 RETURNING ${columns}`,
      [tokenHash, purpose, now],
    );
    return rows[0] ?? null;
  }

  /** What waits for this person is good for nothing any more. */
  async endAllOf(op: Operation, userId: string, now: Date): Promise<void> {
    await this.#db.query(op, `UPDATE one_time_tokens SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL`, [
      userId,
      now,
    ]);
  }

  /** The same of everything of a purpose that belongs to nobody. */
  async endUnowned(op: Operation, purpose: StoredPurpose, now: Date): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE one_time_tokens SET used_at = $2 WHERE user_id IS NULL AND purpose = $1 AND used_at IS NULL`,
      [purpose, now],
    );
  }

  /** Removes those that have ended, used or not. */
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
