import type { ApprovalAction } from '@atelier/contracts/approvals';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface RuleRow {
  readonly id: string;
  readonly organisationId: string;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly tool: string;
  readonly pattern: string;
  readonly action: ApprovalAction;
  readonly createdAt: Date;
}

const columns = `id, organisation_id AS "organisationId", user_id AS "userId", session_id AS "sessionId", tool, pattern,
  action, created_at AS "createdAt"`;

/** Whose rules, where. `userId` null: the organisation's. */
export interface RuleOwner {
  readonly organisationId: string;
  readonly userId: string | null;
}

export class ApprovalRulesRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** What holds for a person in a session: the organisation's rules, the person's own, and those of the session. */
  async holding(
    op: Operation,
    place: { readonly organisationId: string; readonly userId: string; readonly sessionId: string | null },
  ): Promise<readonly RuleRow[]> {
    return await this.#db.query<RuleRow>(
      op,
      `SELECT ${columns} FROM approval_rules
        WHERE organisation_id = $1 AND (user_id IS NULL OR user_id = $2) AND (session_id IS NULL OR session_id = $3)
        ORDER BY created_at, id`,
      [place.organisationId, place.userId, place.sessionId],
    );
  }

  /** What holds in the session that a run works in, for the person it works for. */
  async ofRun(op: Operation, runId: string): Promise<readonly RuleRow[]> {
    return await this.#db.query<RuleRow>(
      op,
      `SELECT ${columns} FROM approval_rules a
        WHERE EXISTS (SELECT 1 FROM runs r JOIN agent_sessions s ON s.id = r.session_id
                       WHERE r.id = $1 AND a.organisation_id = r.organisation_id
                         AND (a.user_id IS NULL OR a.user_id = s.owner_id)
                         AND (a.session_id IS NULL OR a.session_id = s.id))`,
      [runId],
    );
  }

  async count(op: Operation, owner: RuleOwner): Promise<number> {
    const rows = await this.#db.query<{ count: number }>(
      op,
      `SELECT count(*)::int AS count FROM approval_rules WHERE organisation_id = $1 AND user_id IS NOT DISTINCT FROM $2`,
      [owner.organisationId, owner.userId],
    );
    return rows[0]?.count ?? 0;
  }

  /** The rule as it stands now: one for the same tool and pattern is changed. */
  async put(op: Operation, rule: RuleRow): Promise<RuleRow> {
    const rows = await this.#db.query<RuleRow>(
      op,
      `INSERT INTO approval_rules (id, organisation_id, user_id, session_id, tool, pattern, action, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (organisation_id, user_id, session_id, tool, pattern) DO UPDATE SET action = excluded.action
       RETURNING ${columns}`,
      [rule.id, rule.organisationId, rule.userId, rule.sessionId, rule.tool, rule.pattern, rule.action, rule.createdAt],
    );
    return rows[0] ?? rule;
  }

  /** The rule that was removed; null when its owner has none of this id. */
  async remove(op: Operation, owner: RuleOwner, id: string): Promise<RuleRow | null> {
    const rows = await this.#db.query<RuleRow>(
      op,
      `WITH gone AS (
         DELETE FROM approval_rules
          WHERE id = $1 AND organisation_id = $2 AND user_id IS NOT DISTINCT FROM $3 RETURNING *)
       SELECT ${columns} FROM gone`,
      [id, owner.organisationId, owner.userId],
    );
    return rows[0] ?? null;
  }
}
