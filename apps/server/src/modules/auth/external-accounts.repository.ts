import type { InstallationRole, OrganisationRole } from '@atelier/contracts/permissions';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** What an identity at another issuer stands for at this moment. */
export interface ExternalStanding {
  readonly accountId: string;
  readonly userId: string;
  readonly organisationId: string;
  readonly role: OrganisationRole;
  readonly installationRole: InstallationRole;
}

/** Whom identities at other issuers belong to. */
export class ExternalAccountsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * In the organisation that the token names; null: in the personal one. Null when nobody has linked the identity, or
   * the person or the membership does not hold.
   */
  async standing(
    op: Operation,
    identity: { readonly issuer: string; readonly subject: string; readonly organisationId: string | null },
  ): Promise<ExternalStanding | null> {
    const rows = await this.#db.query<ExternalStanding>(
      op,
      `SELECT a.id AS "accountId", a.user_id AS "userId", o.id AS "organisationId", m.role,
              u.installation_role AS "installationRole"
         FROM accounts a
         JOIN users u ON u.id = a.user_id AND u.status = 'active'
         JOIN organisations o
           ON o.id = coalesce($3::uuid, (SELECT p.id FROM organisations p WHERE p.personal_user_id = a.user_id))
          AND o.archived_at IS NULL
         JOIN memberships m ON m.user_id = a.user_id AND m.organisation_id = o.id
        WHERE a.issuer = $1 AND a.subject = $2`,
      [identity.issuer, identity.subject, identity.organisationId],
    );
    return rows[0] ?? null;
  }
}
