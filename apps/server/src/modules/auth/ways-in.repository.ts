import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface AccountRow {
  readonly id: string;
  readonly provider: 'password' | 'google' | 'github' | 'oidc';
  readonly email: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** By what a person can sign in: password, accounts at providers, passkeys. */
export class WaysInRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async person(
    op: Operation,
    userId: string,
  ): Promise<{ readonly email: string; readonly name: string; readonly isActive: boolean } | null> {
    const rows = await this.#db.query<{ email: string; name: string; isActive: boolean }>(
      op,
      `SELECT email, name, status = 'active' AS "isActive" FROM users WHERE id = $1`,
      [userId],
    );
    return rows[0] ?? null;
  }

  async passwordHash(op: Operation, userId: string): Promise<string | null> {
    const rows = await this.#db.query<{ hash: string | null }>(
      op,
      `SELECT password_hash AS hash FROM accounts WHERE user_id = $1 AND provider = 'password'`,
      [userId],
    );
    return rows[0]?.hash ?? null;
  }

  /** How many ways there are. Locked until the transaction ends: two that are removed at once take turns. */
  async lockAndCount(op: Operation, userId: string): Promise<number> {
    await this.#db.query(op, `SELECT id FROM users WHERE id = $1 FOR UPDATE`, [userId]);
    const rows = await this.#db.query<{ ways: number }>(
      op,
      `SELECT (SELECT count(*) FROM accounts
                WHERE user_id = $1 AND (provider <> 'password' OR password_hash IS NOT NULL))::int
            + (SELECT count(*) FROM passkeys WHERE user_id = $1)::int AS ways`,
      [userId],
    );
    return rows[0]?.ways ?? 0;
  }

  async accounts(op: Operation, userId: string): Promise<readonly AccountRow[]> {
    return await this.#db.query<AccountRow>(
      op,
      `SELECT id, provider, email, created_at AS "createdAt", last_used_at AS "lastUsedAt" FROM accounts
        WHERE user_id = $1 AND (provider <> 'password' OR password_hash IS NOT NULL)
        ORDER BY created_at LIMIT 100`,
      [userId],
    );
  }

  /** An account at a provider, with what was kept of it. Null: it is not there, not theirs, or the password. */
  async unlink(op: Operation, userId: string, id: string): Promise<{ readonly provider: string } | null> {
    const rows = await this.#db.query<{ provider: string }>(
      op,
      `DELETE FROM accounts WHERE id = $2 AND user_id = $1 AND provider <> 'password' RETURNING provider`,
      [userId, id],
    );
    return rows[0] ?? null;
  }
}
