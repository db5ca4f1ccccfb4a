import type { InstallationRole, OrganisationRole } from '@atelier/contracts/permissions';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** What somebody came by, whose it is, and where. */
export interface BoundCredential {
  readonly kind: 'sign_in' | 'api_key' | 'external';
  readonly id: string;
  readonly userId: string;
  readonly organisationId: string;
}

/** The one at this place of what was asked about holds, with these roles. */
export interface HoldingCredential {
  readonly index: number;
  readonly role: OrganisationRole;
  readonly installationRole: InstallationRole;
}

/** Every way in to accounts, taken together: whether it still holds, and taking it away. */
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

  /**
   * Those that hold now, in one statement: everything that each of them is asked for at an operation. Each LIMIT keeps it
   * to lookups by index, one row at a time, however many are asked about.
   */
  async holding(op: Operation, bound: readonly BoundCredential[]): Promise<readonly HoldingCredential[]> {
    return await this.#db.query<HoldingCredential>(
      op,
      `SELECT b.n::int - 1 AS index, standing.role, standing.installation_role AS "installationRole"
         FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[])
              WITH ORDINALITY AS b (kind, id, user_id, organisation_id, n)
        CROSS JOIN LATERAL (
          SELECT m.role, u.installation_role
            FROM memberships m
            JOIN users u ON u.id = m.user_id AND u.status = 'active'
            JOIN organisations o ON o.id = m.organisation_id AND o.archived_at IS NULL
           WHERE m.user_id = b.user_id AND m.organisation_id = b.organisation_id LIMIT 1) AS standing
        CROSS JOIN LATERAL (
          SELECT FROM sign_ins s
           WHERE b.kind = 'sign_in' AND s.id = b.id AND s.user_id = b.user_id AND s.ended_at IS NULL
             AND s.absolute_expires_at > now()
          UNION ALL
          SELECT FROM api_keys k
           WHERE b.kind = 'api_key' AND k.id = b.id AND k.user_id = b.user_id AND k.organisation_id = b.organisation_id
             AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
          UNION ALL
          SELECT FROM accounts a WHERE b.kind = 'external' AND a.id = b.id AND a.user_id = b.user_id
          LIMIT 1) AS credential`,
      [
        bound.map(({ kind }) => kind),
        bound.map(({ id }) => id),
        bound.map(({ userId }) => userId),
        bound.map(({ organisationId }) => organisationId),
      ],
    );
  }
}
