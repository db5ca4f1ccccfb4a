import { SessionToken } from '@atelier/entities/auth/session-token.entity';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { newId } from '@atelier/kernel/ids';

export interface NewRefreshToken {
  readonly familyId: string;
  readonly userId: string;
  readonly organisationId: string;
  readonly tokenHash: Buffer;
  readonly userAgent: string;
  readonly ip: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly absoluteExpiresAt: Date;
}

export interface RefreshTokenRow extends Omit<NewRefreshToken, 'tokenHash'> {
  readonly id: string;
  readonly rotatedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** Sign-ins: families of refresh tokens, one row a token. */
export class SignInsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async insert(op: Operation, token: NewRefreshToken): Promise<void> {
    await this.#tokens(op).insert({ id: newId(), ...token, rotatedAt: null, revokedAt: null });
  }

  /** Locks the row until the transaction ends: two tabs that renew at once take turns. */
  async findForUpdate(op: Operation, tokenHash: Buffer): Promise<RefreshTokenRow | null> {
    return await this.#tokens(op).findOne({ where: { tokenHash }, lock: { mode: 'pessimistic_write' } });
  }

  /** The sign-in of a token, when it has not ended. A token that another tab has just exchanged still tells. */
  async signInOf(op: Operation, tokenHash: Buffer, now: Date): Promise<{ signInId: string; userId: string } | null> {
    const rows = await this.#db.query<{ signInId: string; userId: string }>(
      op,
      `SELECT family_id AS "signInId", user_id AS "userId" FROM session_tokens
        WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2 AND absolute_expires_at > $2`,
      [tokenHash, now],
    );
    return rows[0] ?? null;
  }

  async markRotated(op: Operation, id: string, at: Date): Promise<void> {
    await this.#tokens(op).update({ id }, { rotatedAt: at });
  }

  async endFamily(op: Operation, familyId: string, at: Date): Promise<void> {
    await this.#db.query(op, `UPDATE session_tokens SET revoked_at = $2 WHERE family_id = $1 AND revoked_at IS NULL`, [
      familyId,
      at,
    ]);
  }

  /** Whether the sign-in still holds and the person is still a member: asked for every operation. */
  async holds(
    op: Operation,
    claims: { readonly sid: string; readonly sub: string; readonly org: string },
  ): Promise<boolean> {
    const rows = await this.#db.query<{ holds: boolean }>(
      op,
      `SELECT EXISTS (
         SELECT 1 FROM session_tokens t
           JOIN memberships m ON m.user_id = t.user_id AND m.organisation_id = $3
          WHERE t.family_id = $1 AND t.user_id = $2 AND t.revoked_at IS NULL AND t.absolute_expires_at > now()
       ) AS holds`,
      [claims.sid, claims.sub, claims.org],
    );
    return rows[0]?.holds ?? false;
  }

  /** Removes tokens that ended a week ago and more; whoever shows one of them is refused all the same. */
  async removeExpired(op: Operation, limit: number): Promise<number> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `DELETE FROM session_tokens WHERE id IN (
         SELECT id FROM session_tokens WHERE expires_at < now() - interval '7 days' ORDER BY expires_at LIMIT $1)
       RETURNING id`,
      [limit],
    );
    return rows.length;
  }

  #tokens(op: Operation) {
    return this.#db.managerFor(op).getRepository(SessionToken);
  }
}
