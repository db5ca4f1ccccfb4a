import { isHeldBy, organisationRole } from '@atelier/contracts/permissions';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** Whose terminals may go on: read anew, whatever was true when they were opened. */
export class TerminalRightsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Those of these sessions that are there, and whose owner may use terminals in them now. */
  async holding(op: Operation, sessionIds: readonly string[]): Promise<ReadonlySet<string>> {
    const roles = organisationRole.options.filter((role) => isHeldBy(role, 'terminal.use'));
    const rows: readonly { readonly id: string }[] = await this.#db.query(
      op,
      `SELECT s.id
         FROM agent_sessions s
         JOIN users u ON u.id = s.owner_id AND u.status = 'active'
         JOIN organisations o ON o.id = s.organisation_id AND o.archived_at IS NULL
         JOIN memberships m ON m.organisation_id = s.organisation_id AND m.user_id = s.owner_id
        WHERE s.id = ANY($1::uuid[]) AND m.role = ANY($2::text[])`,
      [sessionIds, roles],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
