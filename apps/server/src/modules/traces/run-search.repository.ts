import type { RunError, RunState } from '@atelier/contracts/runs';
import type { SearchRunsInput } from '@atelier/contracts/traces';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { RunCursor } from './run-cursor.ts';

export interface FoundRunRow {
  readonly id: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly userName: string | null;
  readonly state: RunState;
  readonly errorCode: RunError['code'] | null;
  readonly model: string;
  readonly attempt: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: number | null;
  readonly queuedAt: Date;
  readonly durationMs: number | null;
}

/** Scalar subqueries, not joins: one index lookup a row, and never a read of all sessions. */
const owner = '(SELECT s.owner_id FROM agent_sessions s WHERE s.id = r.session_id)';
const durationMs = 'extract(epoch FROM coalesce(r.finished_at, now()) - r.started_at)::float8 * 1000';
const columns = `r.id, r.session_id AS "sessionId", ${owner} AS "userId",
  (SELECT u.name FROM users u WHERE u.id = ${owner}) AS "userName", r.state, r.error->>'code' AS "errorCode", r.model,
  r.attempt, r.input_tokens AS "inputTokens", r.output_tokens AS "outputTokens", r.cost, r.queued_at AS "queuedAt",
  greatest(0, ${durationMs}) AS "durationMs"`;

/** Runs of an organisation, whoever's they are. */
export class RunSearchRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Newest first, from a keyset cursor: the cost of a page does not grow with its number. */
  async page(
    op: Operation,
    organisationId: string,
    filter: Omit<SearchRunsInput, 'cursor' | 'limit' | 'direction'>,
    opts: { readonly after: RunCursor | null; readonly limit: number },
  ): Promise<readonly FoundRunRow[]> {
    const values: unknown[] = [organisationId];
    const where = ['r.organisation_id = $1'];
    const and = (condition: (parameter: string) => string, value: unknown) => {
      if (value !== undefined) where.push(condition(`$${values.push(value)}`));
    };
    and((p) => `r.state = ${p}`, filter.state);
    if (filter.isFailed) where.push(`r.state IN ('failed', 'interrupted')`);
    and((p) => `strpos(lower(r.model), lower(${p})) > 0`, filter.model);
    and((p) => `${owner} = ${p}::uuid`, filter.userId);
    and((p) => `${durationMs} >= ${p}`, filter.minDurationMs);
    and((p) => `r.cost >= ${p}`, filter.minCost);
    and((p) => `r.queued_at >= ${p}`, filter.from);
    and((p) => `r.queued_at < ${p}`, filter.to);
    if (opts.after) {
      const at = values.push(opts.after.queuedAt);
      where.push(`(r.queued_at, r.id) < ($${at}, $${values.push(opts.after.id)})`);
    }
    return await this.#db.query<FoundRunRow>(
      op,
      `SELECT ${columns} FROM runs r WHERE ${where.join(' AND ')}
        ORDER BY r.queued_at DESC, r.id DESC LIMIT $${values.push(opts.limit)}`,
      values,
    );
  }
}
