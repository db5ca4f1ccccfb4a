import type { Part } from '@atelier/contracts/parts';
import type { RunError, RunState } from '@atelier/contracts/runs';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface MessageRow {
  readonly id: string;
  readonly parentId: string | null;
  readonly role: 'user' | 'agent';
  readonly authorId: string | null;
  readonly authorName: string | null;
  readonly seq: number;
  readonly createdAt: Date;
  /** The parts hold every entry of the log up to here that concerns this message. */
  readonly foldedSeq: number;
  readonly isSuperseded: boolean;
  readonly parts: readonly Part[];
}

export interface RunRow {
  readonly id: string;
  readonly sessionId: string;
  readonly userMessageId: string;
  readonly agentMessageId: string;
  readonly state: RunState;
  readonly attempt: number;
  readonly model: string;
  readonly error: RunError | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number | null;
  readonly reasoningTokens: number | null;
  /** Micro-dollars; null: nobody has said what the model costs. */
  readonly cost: number | null;
  /** What the latest model call was told and said; null until one has. */
  readonly contextTokens: number | null;
  /** Null: unknown. */
  readonly contextWindow: number | null;
  /** It checks the result of a stage: it sees its question only, and gives a verdict. */
  readonly isCheck: boolean;
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** While it is queued: the run whose answer is to read its message. */
  readonly steers: string | null;
}

/** What model calls took, as columns say it. */
export type UsageRow = Pick<RunRow, 'inputTokens' | 'outputTokens' | 'cachedInputTokens' | 'reasoningTokens' | 'cost'>;

export const runColumns = `id, session_id AS "sessionId", user_message_id AS "userMessageId",
  agent_message_id AS "agentMessageId", state, attempt, model, error, input_tokens AS "inputTokens",
  output_tokens AS "outputTokens", cached_input_tokens AS "cachedInputTokens", reasoning_tokens AS "reasoningTokens",
  cost, context_tokens AS "contextTokens", context_window AS "contextWindow", is_check AS "isCheck",
   queued_at AS "queuedAt", started_at AS "startedAt", finished_at AS "finishedAt", steers`;

/** A session's conversation as it is stored: messages with their parts, and the runs that wrote them. */
export class TranscriptsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** First in a transaction: all its reads see the database as it is now. */
  async readOneMoment(op: Operation): Promise<void> {
    await this.#db.query(op, 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY', []);
  }

  /** The latest messages before `before` that are shown, oldest first. */
  async messages(
    op: Operation,
    sessionId: string,
    opts: { readonly before: number; readonly limit: number },
  ): Promise<readonly MessageRow[]> {
    const rows = await this.#db.query<MessageRow>(
      op,
      `SELECT m.id, m.parent_id AS "parentId", m.role, m.author_id AS "authorId", u.name AS "authorName", m.seq,
              m.created_at AS "createdAt", m.folded_seq AS "foldedSeq", m.is_superseded AS "isSuperseded",
              coalesce((SELECT json_agg(p.part ORDER BY p.position) FROM message_parts p WHERE p.message_id = m.id),
                       '[]'::json) AS parts
         FROM messages m LEFT JOIN users u ON u.id = m.author_id
        WHERE m.session_id = $1 AND m.seq < $2 AND NOT m.is_superseded
        ORDER BY m.seq DESC LIMIT $3`,
      [sessionId, opts.before, opts.limit],
    );
    return rows.toReversed();
  }

  /** The latest run of each of these answers. */
  async runsOf(op: Operation, agentMessageIds: readonly string[]): Promise<ReadonlyMap<string, RunRow>> {
    const rows = await this.#db.query<RunRow>(
      op,
      `SELECT DISTINCT ON (agent_message_id) ${runColumns} FROM runs
        WHERE agent_message_id = ANY($1::uuid[]) AND state <> 'queued'
        ORDER BY agent_message_id, queued_at DESC, id DESC`,
      [agentMessageIds],
    );
    return new Map(rows.map((row) => [row.agentMessageId, row]));
  }

  /** What checks of stages were asked, and said. */
  async messagesOfChecks(op: Operation, sessionId: string): Promise<readonly string[]> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `SELECT unnest(ARRAY[user_message_id, agent_message_id]) AS id FROM runs WHERE session_id = $1 AND is_check`,
      [sessionId],
    );
    return rows.map(({ id }) => id);
  }

  /** What all runs of the session took. What none of them says stays unsaid. */
  async spent(op: Operation, sessionId: string): Promise<UsageRow> {
    const [row] = await this.#db.query<UsageRow>(
      op,
      `SELECT coalesce(sum(input_tokens), 0)::bigint AS "inputTokens", coalesce(sum(output_tokens), 0)::bigint AS "outputTokens",
              sum(cached_input_tokens)::bigint AS "cachedInputTokens", sum(reasoning_tokens)::bigint AS "reasoningTokens",
              sum(cost)::bigint AS cost
         FROM runs WHERE session_id = $1`,
      [sessionId],
    );
    if (!row) throw new Error('A sum is always one row.');
    return row;
  }

  async queue(op: Operation, sessionId: string): Promise<readonly RunRow[]> {
    return await this.#db.query<RunRow>(
      op,
      `SELECT ${runColumns} FROM runs WHERE session_id = $1 AND state = 'queued' ORDER BY queued_at, id`,
      [sessionId],
    );
  }
}
