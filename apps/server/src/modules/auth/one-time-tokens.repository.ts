import { OneTimeToken } from '@atelier/entities/auth/one-time-token.entity';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { newId } from '@atelier/kernel/ids';
import type { OneTimePurpose } from './one-time-purposes.ts';

export interface NewOneTimeToken {
  readonly purpose: OneTimePurpose;
  readonly userId: string | null;
  readonly tokenHash: Buffer;
  readonly browserHash: Buffer | null;
  readonly payload: object;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface OneTimeTokenRow {
  readonly userId: string | null;
  readonly browserHash: Buffer | null;
  readonly payload: unknown;
}

const columns = `user_id AS "userId", browser_hash AS "browserHash", payload`;

/** Secrets that work once, by their hashes. */
export class OneTimeTokensRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async insert(op: Operation, token: NewOneTimeToken): Promise<void> {
    await this.#db.managerFor(op).insert(OneTimeToken, { id: newId(), ...token, usedAt: null });
  }

  /** Looks at one that is still good, and uses nothing up. */
  async find(op: Operation, purpose: OneTimePurpose, hash: Buffer, now: Date): Promise<OneTimeTokenRow | null> {
    const rows = await this.#db.query<OneTimeTokenRow>(
      op,
      `SELECT ${columns} FROM one_time_tokens
        WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3`,
      [hash, purpose, now],
    );
    return rows[0] ?? null;
  }

  /** One statement: of several that take the same token one gets it. */
  async take(op: Operation, purpose: OneTimePurpose, hash: Buffer, now: Date): Promise<OneTimeTokenRow | null> {
    const rows = await this.#db.query<OneTimeTokenRow>(
      op,
      `UPDATE one_time_tokens SET used_at = $3
        WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3
        RETURNING ${columns}`,
      [hash, purpose, now],
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
  async endUnowned(op: Operation, purpose: OneTimePurpose, now: Date): Promise<void> {
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
