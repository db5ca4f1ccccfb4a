import type { BudgetLimits, BudgetScope } from '@atelier/contracts/budgets';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface BudgetRow extends BudgetLimits {
  readonly scope: BudgetScope;
  readonly userId: string | null;
}

/** With what whoever it is for has used since the month and the day began. Where there is no limit, nothing is added up. */
export interface SpentRow extends BudgetRow {
  readonly spentCost: number;
  readonly spentTokens: number;
}

/** The first days of what counts, such as `2026-11-01` and `2026-11-21`. */
export interface Since {
  readonly month: string;
  readonly day: string;
}

/** Sums of what `person` (SQL; null: everybody) has used: only those for which there is a limit. */
function spentBy(person: string | null): string {
  const whose = person === null ? '' : `AND d.user_id = ${person}`;
  const sum = (what: string, since: string) =>
    `(SELECT coalesce(sum(${what}), 0)::bigint FROM daily_usage d
       WHERE d.organisation_id = $1 AND d.day >= ${since} ${whose})`;
  return `CASE WHEN b.monthly_cost IS NULL THEN 0 ELSE ${sum('d.cost', '$2::date')} END AS "spentCost",
          CASE WHEN b.daily_tokens IS NULL THEN 0 ELSE ${sum('d.input_tokens + d.output_tokens', '$3::date')} END AS "spentTokens"`;
}

/** What the installation lets each organisation spend, in the shape of a row: without any limit it is none. */
const ofInstallation = `(SELECT 'installation' AS scope, NULL::uuid AS user_id, $4::bigint AS monthly_cost, $5::bigint AS daily_tokens)
  AS b WHERE b.monthly_cost IS NOT NULL OR b.daily_tokens IS NOT NULL`;

const columns = 'b.scope, b.user_id AS "userId", b.monthly_cost AS "monthlyCost", b.daily_tokens AS "dailyTokens"';

/** Budgets of organisations, and what has been used of them. */
export class BudgetsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Those that hold for a person: the installation's, the organisation's, and their own, or else each member's. */
  async holding(
    op: Operation,
    { organisationId, userId }: { readonly organisationId: string; readonly userId: string },
    { month, day }: Since,
    cap: BudgetLimits,
  ): Promise<readonly SpentRow[]> {
    return await this.#db.query<SpentRow>(
      op,
      `SELECT ${columns}, ${spentBy(null)} FROM ${ofInstallation}
       UNION ALL
       SELECT ${columns}, ${spentBy(null)} FROM budgets b WHERE b.organisation_id = $1 AND b.scope = 'organisation'
       UNION ALL
       (SELECT ${columns}, ${spentBy('$6::uuid')} FROM budgets b
         WHERE b.organisation_id = $1 AND (b.user_id = $6 OR b.scope = 'each_member')
         ORDER BY b.user_id NULLS LAST LIMIT 1)`,
      [organisationId, month, day, cap.monthlyCost, cap.dailyTokens, userId],
    );
  }

  /** All of an organisation: the installation's, its own, those of single members by their names, and each member's. */
  async list(
    op: Operation,
    organisationId: string,
    { month, day }: Since,
    cap: BudgetLimits,
  ): Promise<readonly (SpentRow & { readonly name: string | null })[]> {
    return await this.#db.query(
      op,
      `SELECT listed.* FROM (
         SELECT ${columns}, NULL AS name, ${spentBy(null)} FROM ${ofInstallation}
         UNION ALL
         SELECT ${columns}, NULL AS name, ${spentBy(null)} FROM budgets b
          WHERE b.organisation_id = $1 AND b.user_id IS NULL
         UNION ALL
         SELECT ${columns}, u.name, ${spentBy('b.user_id')} FROM budgets b LEFT JOIN users u ON u.id = b.user_id
          WHERE b.organisation_id = $1 AND b.user_id IS NOT NULL) AS listed
        ORDER BY array_position(ARRAY['installation', 'organisation', 'each_member', 'member'], scope), name, "userId"`,
      [organisationId, month, day, cap.monthlyCost, cap.dailyTokens],
    );
  }

  /** Locks it until the transaction ends. */
  async lock(op: Operation, organisationId: string, budget: Whose): Promise<BudgetRow | null> {
    const rows = await this.#db.query<BudgetRow>(
      op,
      `SELECT ${columns} FROM budgets b WHERE ${sameBudget} FOR UPDATE`,
      [organisationId, budget.scope, budget.userId],
    );
    return rows[0] ?? null;
  }

  /** A new one, or in the place of the one there is. */
  async put(
    op: Operation,
    organisationId: string,
    { id, ...budget }: BudgetRow & { readonly id: string },
  ): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO budgets (id, organisation_id, scope, user_id, monthly_cost, daily_tokens) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT ${budget.userId === null ? '(organisation_id, scope) WHERE user_id IS NULL' : '(organisation_id, user_id) WHERE user_id IS NOT NULL'}
       DO UPDATE SET monthly_cost = excluded.monthly_cost, daily_tokens = excluded.daily_tokens`,
      [id, organisationId, budget.scope, budget.userId, budget.monthlyCost, budget.dailyTokens],
    );
  }

  async remove(op: Operation, organisationId: string, budget: Whose): Promise<void> {
    await this.#db.query(op, `DELETE FROM budgets b WHERE ${sameBudget}`, [
      organisationId,
      budget.scope,
      budget.userId,
    ]);
  }

  async isMember(op: Operation, organisationId: string, userId: string): Promise<boolean> {
    const rows = await this.#db.query(op, `SELECT 1 FROM memberships WHERE organisation_id = $1 AND user_id = $2`, [
      organisationId,
      userId,
    ]);
    return rows.length > 0;
  }

  /** What an organisation is called, and who may change its budgets: five of them at most, those who came first. */
  async administration(
    op: Operation,
    organisationId: string,
  ): Promise<{ readonly name: string; readonly administrators: readonly string[] } | null> {
    const rows = await this.#db.query<{ name: string; administrators: readonly string[] }>(
      op,
      `SELECT o.name, ARRAY(
                SELECT u.name FROM memberships m JOIN users u ON u.id = m.user_id
                 WHERE m.organisation_id = o.id AND m.role IN ('owner', 'admin') AND u.status = 'active'
                 ORDER BY m.created_at, m.user_id LIMIT 5) AS administrators
         FROM organisations o WHERE o.id = $1`,
      [organisationId],
    );
    return rows[0] ?? null;
  }
}

type Whose = Pick<BudgetRow, 'scope' | 'userId'>;
const sameBudget = 'b.organisation_id = $1 AND b.scope = $2 AND b.user_id IS NOT DISTINCT FROM $3::uuid';
