import type { OrganisationRole } from '@atelier/contracts/permissions';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { Membership } from '@atelier/entities/organisations/membership.entity';
import { Organisation } from '@atelier/entities/organisations/organisation.entity';

export interface OrganisationRow {
  readonly id: string;
  readonly name: string;
  readonly kind: 'personal' | 'shared';
  readonly role: OrganisationRole;
  readonly members: number;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}

/** Organisations and their whole lives, from being made to being purged. */
export class OrganisationsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** A person's organisations: the personal one, then the others by name. Archived ones only for their owner. */
  async listOf(op: Operation, userId: string): Promise<readonly OrganisationRow[]> {
    return await this.#db.query<OrganisationRow>(
      op,
      `SELECT o.id, o.name, o.kind, m.role, o.created_at AS "createdAt", o.archived_at AS "archivedAt",
              (SELECT count(*)::int FROM memberships n WHERE n.organisation_id = o.id) AS members
         FROM memberships m JOIN organisations o ON o.id = m.organisation_id
        WHERE m.user_id = $1 AND (o.archived_at IS NULL OR m.role = 'owner')
        ORDER BY o.kind, lower(o.name), o.id`,
      [userId],
    );
  }

  /** A shared organisation with its owner. */
  async create(
    op: Operation,
    made: { readonly id: string; readonly name: string; readonly ownerId: string; readonly at: Date },
  ): Promise<void> {
    const manager = this.#db.managerFor(op);
    const { id, name, ownerId, at } = made;
    await manager.insert(Organisation, { id, name, kind: 'shared', personalUserId: null, createdAt: at });
    await manager.insert(Membership, { organisationId: id, userId: ownerId, role: 'owner', createdAt: at });
  }

  /** Locks it until the transaction ends. Null when there is none such. */
  async lock(
    op: Operation,
    id: string,
  ): Promise<{ readonly name: string; readonly kind: 'personal' | 'shared'; readonly archivedAt: Date | null } | null> {
    const rows = await this.#db.query<{ name: string; kind: 'personal' | 'shared'; archivedAt: Date | null }>(
      op,
      `SELECT name, kind, archived_at AS "archivedAt" FROM organisations WHERE id = $1 FOR UPDATE`,
      [id],
    );
    return rows[0] ?? null;
  }

  async rename(op: Operation, id: string, name: string): Promise<void> {
    await this.#db.query(op, `UPDATE organisations SET name = $2 WHERE id = $1`, [id, name]);
  }

  async setArchived(op: Operation, id: string, at: Date | null): Promise<void> {
    await this.#db.query(op, `UPDATE organisations SET archived_at = $2 WHERE id = $1`, [id, at]);
  }

  /** Archived before then, the oldest first. */
  async archivedBefore(op: Operation, before: Date, limit: number): Promise<readonly string[]> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `SELECT id FROM organisations WHERE archived_at IS NOT NULL AND archived_at < $1 ORDER BY archived_at LIMIT $2`,
      [before, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** The sessions whose workspaces go with an organisation. */
  async sessionsOf(op: Operation, id: string): Promise<readonly string[]> {
    const rows = await this.#db.query<{ id: string }>(op, `SELECT id FROM agent_sessions WHERE organisation_id = $1`, [
      id,
    ]);
    return rows.map((row) => row.id);
  }

  /** Removes an archived one with all that belongs to it. */
  async purge(op: Operation, id: string): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `DELETE FROM organisations WHERE id = $1 AND archived_at IS NOT NULL RETURNING id`,
      [id],
    );
    return rows.length > 0;
  }
}
