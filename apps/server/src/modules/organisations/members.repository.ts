import type { OrganisationRole } from '@atelier/contracts/permissions';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface MemberRow {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: OrganisationRole;
  readonly joinedAt: Date;
}

/** Where a page of members ended. */
export interface MemberCursor {
  readonly joinedAt: Date;
  readonly userId: string;
}

/** Who belongs to an organisation, and as what. */
export class MembersRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** In the order in which they joined, from a keyset cursor. */
  async page(
    op: Operation,
    organisationId: string,
    opts: { readonly after: MemberCursor | null; readonly limit: number },
  ): Promise<readonly MemberRow[]> {
    const values: unknown[] = [organisationId, opts.limit];
    const after = opts.after
      ? `AND (m.created_at, m.user_id) > ($${values.push(opts.after.joinedAt)}, $${values.push(opts.after.userId)})`
      : '';
    return await this.#db.query<MemberRow>(
      op,
      `SELECT m.user_id AS "userId", u.name, u.email, m.role, m.created_at AS "joinedAt"
         FROM memberships m JOIN users u ON u.id = m.user_id
        WHERE m.organisation_id = $1 ${after}
        ORDER BY m.created_at, m.user_id LIMIT $2`,
      values,
    );
  }

  /** Locks the membership until the transaction ends: what is decided by a role holds while it is done. */
  async lock(
    op: Operation,
    organisationId: string,
    userId: string,
  ): Promise<{ readonly role: OrganisationRole } | null> {
    const rows = await this.#db.query<{ role: OrganisationRole }>(
      op,
      `SELECT role FROM memberships WHERE organisation_id = $1 AND user_id = $2 FOR UPDATE`,
      [organisationId, userId],
    );
    return rows[0] ?? null;
  }

  /** Whether the person is not suspended. */
  async canSignIn(op: Operation, userId: string): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(op, `SELECT id FROM users WHERE id = $1 AND status = 'active'`, [
      userId,
    ]);
    return rows.length > 0;
  }

  /** False when the person is a member already. */
  async add(
    op: Operation,
    member: {
      readonly organisationId: string;
      readonly userId: string;
      readonly role: OrganisationRole;
      readonly at: Date;
    },
  ): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `INSERT INTO memberships (organisation_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (organisation_id, user_id) DO NOTHING RETURNING user_id AS id`,
      [member.organisationId, member.userId, member.role, member.at],
    );
    return rows.length > 0;
  }

  async setRole(op: Operation, organisationId: string, userId: string, role: OrganisationRole): Promise<void> {
    await this.#db.query(op, `UPDATE memberships SET role = $3 WHERE organisation_id = $1 AND user_id = $2`, [
      organisationId,
      userId,
      role,
    ]);
  }

  async remove(op: Operation, organisationId: string, userId: string): Promise<void> {
    await this.#db.query(op, `DELETE FROM memberships WHERE organisation_id = $1 AND user_id = $2`, [
      organisationId,
      userId,
    ]);
  }

  async idsOf(op: Operation, organisationId: string): Promise<readonly string[]> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `SELECT user_id AS id FROM memberships WHERE organisation_id = $1`,
      [organisationId],
    );
    return rows.map(({ id }) => id);
  }
}
