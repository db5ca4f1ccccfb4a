import type { InvitedRole } from '@atelier/contracts/organisations';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface NewInvitation {
  readonly id: string;
  readonly organisationId: string;
  readonly email: string;
  readonly role: InvitedRole;
  readonly delivery: 'mail' | 'link';
  readonly tokenHash: Buffer;
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface InvitationRow {
  readonly id: string;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly email: string;
  readonly role: InvitedRole;
  readonly delivery: 'mail' | 'link';
  readonly inviterName: string | null;
  /** Whether who invited may still do so here. */
  readonly isInviterThere: boolean;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly acceptedAt: Date | null;
  readonly declinedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** Whether who invited may still do so here. */
const inviterIsThere = `EXISTS (SELECT 1 FROM users inviter JOIN memberships m ON m.user_id = inviter.id
  WHERE inviter.id = i.invited_by AND inviter.status = 'active'
    AND m.organisation_id = i.organisation_id AND m.role IN ('owner', 'admin'))`;
const columns = `i.id, i.organisation_id AS "organisationId", o.name AS "organisationName", i.email, i.role, i.delivery,
  u.name AS "inviterName", i.created_at AS "createdAt", i.expires_at AS "expiresAt", i.accepted_at AS "acceptedAt",
  i.declined_at AS "declinedAt", i.revoked_at AS "revokedAt",
  ${inviterIsThere} AS "isInviterThere"`;
const joined = `invitations i JOIN organisations o ON o.id = i.organisation_id LEFT JOIN users u ON u.id = i.invited_by`;

/** Offers to join, one open one for each address and organisation. */
export class InvitationsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** False when one stands for this address already. */
  async insert(op: Operation, invitation: NewInvitation): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `INSERT INTO invitations (id, organisation_id, email, role, delivery, token_hash, invited_by, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (organisation_id, email) WHERE accepted_at IS NULL AND declined_at IS NULL AND revoked_at IS NULL
       DO NOTHING RETURNING id`,
      [
        invitation.id,
        invitation.organisationId,
        invitation.email,
        invitation.role,
        invitation.delivery,
        invitation.tokenHash,
        invitation.invitedBy,
        invitation.createdAt,
        invitation.expiresAt,
      ],
    );
    return rows.length > 0;
  }

  /** Newest first. */
  async list(op: Operation, organisationId: string, limit: number): Promise<readonly InvitationRow[]> {
    return await this.#db.query<InvitationRow>(
      op,
      `SELECT ${columns} FROM ${joined} WHERE i.organisation_id = $1 ORDER BY i.created_at DESC LIMIT $2`,
      [organisationId, limit],
    );
  }

  /** Locks it until the transaction ends: it is answered once. */
  async lock(op: Operation, organisationId: string, id: string): Promise<InvitationRow | null> {
    const rows = await this.#db.query<InvitationRow>(
      op,
      `SELECT ${columns} FROM ${joined} WHERE i.organisation_id = $1 AND i.id = $2 FOR UPDATE OF i`,
      [organisationId, id],
    );
    return rows[0] ?? null;
  }

  /** By the secret of its link, while its organisation is there; locked when inside of a transaction that answers it. */
  async findByToken(op: Operation, tokenHash: Buffer, opts: { readonly lock: boolean }): Promise<InvitationRow | null> {
    const rows = await this.#db.query<InvitationRow>(
      op,
      `SELECT ${columns} FROM ${joined} WHERE i.token_hash = $1 AND o.archived_at IS NULL
        ${opts.lock ? 'FOR UPDATE OF i' : ''}`,
      [tokenHash],
    );
    return rows[0] ?? null;
  }

  async renew(
    op: Operation,
    id: string,
    fresh: {
      readonly tokenHash: Buffer;
      readonly invitedBy: string;
      readonly createdAt: Date;
      readonly expiresAt: Date;
    },
  ): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE invitations SET token_hash = $2, invited_by = $3, created_at = $4, expires_at = $5 WHERE id = $1`,
      [id, fresh.tokenHash, fresh.invitedBy, fresh.createdAt, fresh.expiresAt],
    );
  }

  async accept(op: Operation, id: string, by: { readonly userId: string; readonly at: Date }): Promise<void> {
    await this.#db.query(op, `UPDATE invitations SET accepted_at = $2, accepted_by = $3 WHERE id = $1`, [
      id,
      by.at,
      by.userId,
    ]);
  }

  async decline(op: Operation, id: string, at: Date): Promise<void> {
    await this.#db.query(op, `UPDATE invitations SET declined_at = $2 WHERE id = $1`, [id, at]);
  }

  async revoke(op: Operation, id: string, at: Date): Promise<void> {
    await this.#db.query(op, `UPDATE invitations SET revoked_at = $2 WHERE id = $1`, [id, at]);
  }

  /**
   * Revokes one that nobody answered and that has expired, by its time or with the right of who invited. Gives its id;
   * null: there is none. One that is open is not locked: whoever accepts it needs the organisation's row.
   */
  async revokeExpired(
    op: Operation,
    expired: { readonly organisationId: string; readonly email: string; readonly at: Date },
  ): Promise<string | null> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `UPDATE invitations i SET revoked_at = $3
        WHERE i.organisation_id = $1 AND i.email = $2
          AND i.accepted_at IS NULL AND i.declined_at IS NULL AND i.revoked_at IS NULL
          AND (i.expires_at <= $3 OR NOT ${inviterIsThere})
       RETURNING i.id`,
      [expired.organisationId, expired.email, expired.at],
    );
    return rows[0]?.id ?? null;
  }
}
