import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** What one model call took, and whose it was. */
export interface CallUsage {
  readonly organisationId: string;
  readonly sessionId: string;
  /** `2026-11-21`, in UTC. */
  readonly day: string;
  readonly provider: string;
  readonly model: string;
  readonly label: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly reasoningTokens: number;
  /** Micro-dollars; null: nobody knows. */
  readonly cost: number | null;
}

export interface AmountsRow {
  readonly calls: number;
  readonly unpricedCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly reasoningTokens: number;
  readonly cost: number;
}

/** Whose: everybody's of an organisation, or one person's in it. From which day on, to which. */
export interface UsageFilter {
  readonly organisationId: string;
  readonly userId: string | null;
  readonly from: string;
  readonly to: string;
}

interface ModelNames {
  readonly provider: string;
  readonly model: string;
  readonly label: string;
}

export interface ExportedRow extends AmountsRow, ModelNames {
  readonly userId: string;
  readonly name: string | null;
}

const mostRows = 200;

const sums = [
  'calls',
  'unpriced_calls',
  'input_tokens',
  'output_tokens',
  'cached_input_tokens',
  'reasoning_tokens',
  'cost',
]
  .map((column) => `coalesce(sum(d.${column}), 0)::bigint AS "${camelCase(column)}"`)
  .join(', ');
const dearest = 'sum(d.cost) DESC, sum(d.input_tokens + d.output_tokens) DESC';

/** What model calls took, by day, person and model. */
export class UsageRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Adds one call to its session's owner. In the transaction that says that the call has ended: it is counted once. */
  async add(op: Operation, call: CallUsage): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO daily_usage AS d (organisation_id, user_id, day, provider, model, label, calls, unpriced_calls,
              input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, cost)
       SELECT $1, s.owner_id, $3, $4, $5, $6, 1, ($11::bigint IS NULL)::int, $7, $8, $9, $10, coalesce($11::bigint, 0)
         FROM agent_sessions s WHERE s.id = $2
       ON CONFLICT ON CONSTRAINT daily_usage_pkey DO UPDATE
          SET label = excluded.label, calls = d.calls + 1, unpriced_calls = d.unpriced_calls + excluded.unpriced_calls,
              input_tokens = d.input_tokens + excluded.input_tokens,
              output_tokens = d.output_tokens + excluded.output_tokens,
              cached_input_tokens = d.cached_input_tokens + excluded.cached_input_tokens,
              reasoning_tokens = d.reasoning_tokens + excluded.reasoning_tokens, cost = d.cost + excluded.cost`,
      [
        call.organisationId,
        call.sessionId,
        call.day,
        call.provider,
        call.model,
        call.label,
        call.inputTokens,
        call.outputTokens,
        call.cachedInputTokens,
        call.reasoningTokens,
        call.cost,
      ],
    );
  }

  async total(op: Operation, filter: UsageFilter): Promise<AmountsRow | null> {
    return (await this.#read<AmountsRow>(op, filter, { columns: sums }))[0] ?? null;
  }

  /** Days without any are left out. */
  async byDay(op: Operation, filter: UsageFilter): Promise<readonly (AmountsRow & { readonly day: string })[]> {
    const columns = `to_char(d.day, 'YYYY-MM-DD') AS day, ${sums}`;
    return await this.#read(op, filter, { columns, rest: 'GROUP BY d.day ORDER BY d.day' });
  }

  /** The dearest first. */
  async byModel(op: Operation, filter: UsageFilter): Promise<readonly (AmountsRow & ModelNames)[]> {
    return await this.#read(op, filter, {
      columns: `d.provider, d.model, max(d.label) AS label, ${sums}`,
      rest: `GROUP BY d.provider, d.model ORDER BY ${dearest}, d.provider, d.model LIMIT ${mostRows}`,
    });
  }

  /** The dearest first. Only members have names to be read. */
  async byMember(
    op: Operation,
    filter: UsageFilter,
  ): Promise<readonly (AmountsRow & Pick<ExportedRow, 'userId' | 'name'>)[]> {
    return await this.#read(op, filter, {
      columns: `d.user_id AS "userId", u.name, ${sums}`,
      join: 'LEFT JOIN users u ON u.id = d.user_id',
      rest: `GROUP BY d.user_id, u.name ORDER BY ${dearest}, d.user_id LIMIT ${mostRows}`,
    });
  }

  /** Everything of one day, for a file. */
  async ofDay(op: Operation, filter: Omit<UsageFilter, 'from' | 'to'>, day: string): Promise<readonly ExportedRow[]> {
    return await this.#read(
      op,
      { ...filter, from: day, to: day },
      {
        columns: `d.user_id AS "userId", u.name, d.provider, d.model, max(d.label) AS label, ${sums}`,
        join: 'LEFT JOIN users u ON u.id = d.user_id',
        rest: 'GROUP BY d.user_id, u.name, d.provider, d.model ORDER BY d.user_id, d.provider, d.model',
      },
    );
  }

  async #read<R>(
    op: Operation,
    { organisationId, userId, from, to }: UsageFilter,
    parts: { readonly columns: string; readonly join?: string; readonly rest?: string },
  ): Promise<R[]> {
    const values: unknown[] = [organisationId, from, to];
    const ofPerson = userId === null ? '' : `AND d.user_id = $${values.push(userId)}`;
    return await this.#db.query<R>(
      op,
      `SELECT ${parts.columns} FROM daily_usage d ${parts.join ?? ''}
        WHERE d.organisation_id = $1 AND d.day BETWEEN $2 AND $3 ${ofPerson} ${parts.rest ?? ''}`,
      values,
    );
  }
}

function camelCase(column: string): string {
  return column.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
