import type { Part } from '@atelier/contracts/parts';
import type { OrganisationRole } from '@atelier/contracts/permissions';
import type { RunContext, RunError, RunState, Usage } from '@atelier/contracts/runs';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { presenceLock } from '../../platform/realtime/hint-bus.ts';
import { type AnsweringModel, type RunRow, runColumns } from '../sessions/index.ts';
import type { RightLoss } from './run-rights.ts';

export type RunKind = 'answer' | 'retry' | 'continue';

export interface RunDraft extends RunRow {
  readonly kind: RunKind;
  readonly clientId: string;
  /** What it follows; not said: the session's agent, as it is now. Null: the standard agent. */
  readonly agentVersionId?: string | null;
  /** Who is to answer this once; not said, or null: whoever answers in the session. */
  readonly chosen?: AnsweringModel | null;
}

/** A run as the worker that owns it needs it. */
export interface ClaimedRun extends RunRow {
  readonly kind: RunKind;
  readonly organisationId: string;
  readonly isStopRequested: boolean;
  /** What it follows; null: the standard agent. */
  readonly agentVersionId: string | null;
  /** Who was chosen to answer this once; null: whoever answers in the session. */
  readonly chosen: AnsweringModel | null;
  /** Where the message that it answers stands in the log; null when that is gone. */
  readonly questionSeq: number | null;
  /** No worker has begun it before. */
  readonly isFirstStart: boolean;
  /** It was laid down for a person, and no worker was lost with it. */
  readonly wasParked: boolean;
  /** Its worker died, or was taken for dead: it did not give it back. */
  readonly wasLost: boolean;
}

/** A queued run whose message another answer is to read. */
export interface SteeringRun extends Pick<RunRow, 'id' | 'userMessageId' | 'agentMessageId'> {
  readonly kind: RunKind;
  readonly authorId: string | null;
  readonly authorName: string | null;
  readonly sentAt: Date;
  readonly parts: readonly Part[];
}

const claimedColumns = `${runColumns}, kind, organisation_id AS "organisationId",
  cancel_requested_at IS NOT NULL AS "isStopRequested", agent_version_id AS "agentVersionId",
  CASE WHEN chosen_name IS NOT NULL THEN
    json_build_object('modelId', chosen_model_id, 'chainId', chosen_chain_id, 'name', chosen_name) END AS chosen`;

/** A worker is believed alive for this long after its last heartbeat. */
export const leaseSeconds = 15;

export class RunsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async insert(op: Operation, run: RunDraft, organisationId: string): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO runs (id, session_id, organisation_id, user_message_id, agent_message_id, client_id, kind, state, queued_at,
                         is_check, steers, chosen_model_id, chosen_chain_id, chosen_name, agent_version_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8, $11, $12, $13, $14, $15, CASE WHEN $9 THEN $10 ELSE (
         SELECT v.id FROM agent_sessions s
           JOIN agents a ON a.id = s.agent_id AND a.archived_at IS NULL
           JOIN agent_versions v ON v.agent_id = a.id AND v.number = a.current_version
          WHERE s.id = $2) END)`,
      [
        run.id,
        run.sessionId,
        organisationId,
        run.userMessageId,
        run.agentMessageId,
        run.clientId,
        run.kind,
        run.queuedAt,
        run.agentVersionId !== undefined,
        run.agentVersionId ?? null,
        run.isCheck,
        run.steers,
        run.chosen?.modelId ?? null,
        run.chosen?.chainId ?? null,
        run.chosen?.name ?? null,
      ],
    );
  }

  async findByClientId(op: Operation, sessionId: string, clientId: string): Promise<RunRow | null> {
    const rows = await this.#db.query<RunRow>(
      op,
      `SELECT ${runColumns} FROM runs WHERE session_id = $1 AND client_id = $2`,
      [sessionId, clientId],
    );
    return rows[0] ?? null;
  }

  /** A run of one of this person's sessions, locked until the transaction ends. */
  async findOwned(
    op: Operation,
    principal: { readonly userId: string; readonly organisationId: string },
    id: string,
  ): Promise<ClaimedRun | null> {
    const rows = await this.#db.query<ClaimedRun>(
      op,
      `SELECT ${claimedColumns} FROM runs
        WHERE id = $1 AND organisation_id = $2
          AND session_id IN (SELECT s.id FROM agent_sessions s WHERE s.id = runs.session_id AND s.owner_id = $3)
          FOR UPDATE`,
      [id, principal.organisationId, principal.userId],
    );
    return rows[0] ?? null;
  }

  /**
   * Takes the run for a worker: a queued one whose session is idle, or one whose worker let its lease run out. Null
   * when somebody else has it, it has ended, or the session's earlier run is not done.
   */
  async claim(op: Operation, id: string, worker: string): Promise<ClaimedRun | null> {
    const rows = await this.#db.query<ClaimedRun>(
      op,
      `WITH candidate AS (
         SELECT id AS candidate_id, started_at IS NULL AS is_first,
                started_at IS NOT NULL AND state = 'queued' AS was_parked,
                state = 'running' AND lease_owner IS NOT NULL AS was_lost
           FROM runs
          WHERE id = $1 AND (state = 'queued' OR (state = 'running' AND lease_until < now()))
            FOR UPDATE SKIP LOCKED)
       UPDATE runs r
          SET state = 'running', attempt = attempt + 1, lease_owner = $2,
              lease_until = now() + make_interval(secs => ${leaseSeconds}), started_at = coalesce(started_at, now())
         FROM candidate
        WHERE r.id = candidate_id
          AND NOT EXISTS (SELECT 1 FROM runs o
                           WHERE o.session_id = r.session_id AND o.id <> r.id
                             AND (o.state IN ('running', 'waiting')
                                  OR (o.state = 'queued' AND (o.queued_at, o.id) < (r.queued_at, r.id))))
        RETURNING ${claimedColumns}, is_first AS "isFirstStart", was_parked AS "wasParked", was_lost AS "wasLost",
                  (SELECT m.seq FROM messages m WHERE m.id = r.user_message_id) AS "questionSeq"`,
      [id, worker],
    );
    return rows[0] ?? null;
  }

  /** From now on only the holder of `fence` may write the session's log as a run; and who answers is noted. */
  async takeLog(
    op: Operation,
    run: { readonly id: string; readonly sessionId: string; readonly model: string },
    fence: string,
  ): Promise<void> {
    await this.#db.query(
      op,
      `WITH named AS (UPDATE runs SET model = $4 WHERE id = $3)
       UPDATE session_heads SET writer = $2, writer_count = 0 WHERE session_id = $1`,
      [run.sessionId, fence, run.id, run.model],
    );
  }

  /** Extends the leases this worker still holds; says which they are and which of them a person asked to stop. */
  async heartbeat(
    op: Operation,
    worker: string,
    ids: readonly string[],
  ): Promise<readonly { readonly id: string; readonly isStopRequested: boolean }[]> {
    return await this.#db.query(
      op,
      `UPDATE runs SET lease_until = now() + make_interval(secs => ${leaseSeconds})
        WHERE id = ANY($2::uuid[]) AND lease_owner = $1 AND state = 'running'
        RETURNING id, cancel_requested_at IS NOT NULL AS "isStopRequested"`,
      [worker, ids],
    );
  }

  /**
   * Those of these runs whose person may no longer have them where they are, and why; with `userId` only those of that
   * person. `roles` are the ones that may.
   */
  async withoutRight(
    op: Operation,
    ids: readonly string[],
    opts: { readonly roles: readonly OrganisationRole[]; readonly userId: string | null },
  ): Promise<readonly { readonly id: string; readonly loss: RightLoss }[]> {
    return await this.#db.query(
      op,
      `SELECT id, loss FROM (
         SELECT r.id, CASE
                  WHEN u.status <> 'active' THEN 'suspended'
                  WHEN o.archived_at IS NOT NULL THEN 'archived'
                  WHEN m.role IS NULL THEN 'removed'
                  WHEN m.role <> ALL($2::text[]) THEN 'demoted'
                END AS loss
           FROM runs r
           JOIN agent_sessions s ON s.id = r.session_id
           JOIN users u ON u.id = s.owner_id
           JOIN organisations o ON o.id = r.organisation_id
           LEFT JOIN memberships m ON m.organisation_id = r.organisation_id AND m.user_id = s.owner_id
          WHERE r.id = ANY($1::uuid[]) AND ($3::uuid IS NULL OR s.owner_id = $3)) AS asked
        WHERE loss IS NOT NULL`,
      [ids, opts.roles, opts.userId],
    );
  }

  /** Gives the leases back, so that another worker takes the runs over at once. */
  async release(op: Operation, worker: string): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE runs SET lease_owner = NULL, lease_until = now() - interval '1 second', attempt = greatest(attempt - 1, 0)
        WHERE lease_owner = $1 AND state = 'running'`,
      [worker],
    );
  }

  /** Ends a run. Terminal states are final: false when it had one already. */
  async finish(
    op: Operation,
    id: string,
    outcome: { readonly state: RunState; readonly error: RunError | null; readonly usage: Usage },
  ): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `WITH closed AS (
         UPDATE run_requests SET decision = 'expired', decided_at = now(), applied_at = now()
          WHERE run_id = $1 AND decided_at IS NULL)
       UPDATE runs SET state = $2, error = $3, finished_at = now(), lease_owner = NULL, lease_until = NULL,
                       ${usageColumns(4)}
        WHERE id = $1 AND state IN ('queued', 'running', 'waiting') RETURNING id`,
      [id, outcome.state, outcome.error === null ? null : JSON.stringify(outcome.error), ...usageValues(outcome.usage)],
    );
    return rows.length > 0;
  }

  /** Lays a run down for a person: nobody holds it, and the worker that goes on is not one more that it was given to. */
  async park(op: Operation, id: string, usage: Usage): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE runs SET state = 'waiting', lease_owner = NULL, lease_until = NULL, attempt = greatest(attempt - 1, 0),
                       ${usageColumns(2)}
        WHERE id = $1 AND state = 'running'`,
      [id, ...usageValues(usage)],
    );
  }

  /**
   * One more model call of a run that is under way. What it does not say stays unsaid, and without a `context` the window
   * is as full as it was.
   */
  async addUsage(op: Operation, id: string, usage: Usage, context: RunContext | null): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE runs SET input_tokens = input_tokens + $2, output_tokens = output_tokens + $3,
              cached_input_tokens = ${plus('cached_input_tokens', '$4::int')},
              reasoning_tokens = ${plus('reasoning_tokens', '$5::int')}, cost = ${plus('cost', '$6::bigint')},
              context_tokens = coalesce($7::int, context_tokens),
              context_window = CASE WHEN $7::int IS NULL THEN context_window ELSE $8::int END
        WHERE id = $1`,
      [id, ...usageValues(usage), context?.tokens ?? null, context?.window ?? null],
    );
  }

  /** A run that was laid down may be taken up again. */
  async requeue(op: Operation, id: string): Promise<void> {
    await this.#db.query(op, `UPDATE runs SET state = 'queued' WHERE id = $1 AND state = 'waiting'`, [id]);
  }

  /** A run, locked until the transaction ends. */
  async locked(op: Operation, id: string): Promise<ClaimedRun | null> {
    const rows = await this.#db.query<ClaimedRun>(op, `SELECT ${claimedColumns} FROM runs WHERE id = $1 FOR UPDATE`, [
      id,
    ]);
    return rows[0] ?? null;
  }

  async requestStop(op: Operation, id: string): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE runs SET cancel_requested_at = now() WHERE id = $1 AND cancel_requested_at IS NULL`,
      [id],
    );
  }

  async unfinished(op: Operation, sessionId: string): Promise<readonly RunRow[]> {
    return await this.#db.query<RunRow>(
      op,
      `SELECT ${runColumns} FROM runs WHERE session_id = $1 AND state IN ('queued', 'running', 'waiting') ORDER BY queued_at, id`,
      [sessionId],
    );
  }

  /** The run whose answer a message would steer that is sent now: the one at work, or about to be. A check is steered by nobody. */
  async steerable(op: Operation, sessionId: string): Promise<string | null> {
    const rows = await this.#db.query<{ id: string; isCheck: boolean }>(
      op,
      `SELECT id, is_check AS "isCheck" FROM runs
        WHERE session_id = $1 AND state IN ('queued', 'running', 'waiting') ORDER BY queued_at, id LIMIT 1`,
      [sessionId],
    );
    return rows[0]?.isCheck === false ? rows[0].id : null;
  }

  /** Says which answer is to read a queued message; false when it is none that another answer could read. */
  async steer(op: Operation, id: string, steers: string | null): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `UPDATE runs q SET steers = $2
        WHERE q.id = $1 AND q.state = 'queued' AND q.kind = 'answer' AND NOT q.is_check
          AND NOT EXISTS (SELECT 1 FROM pipeline_stage_runs p WHERE p.run_id = q.id)
        RETURNING q.id`,
      [id, steers],
    );
    return rows.length > 0;
  }

  /** Whether messages wait to be read by this run's answer. */
  async hasSteering(op: Operation, id: string): Promise<boolean> {
    const rows = await this.#db.query(op, `SELECT 1 FROM runs WHERE steers = $1 AND state = 'queued' LIMIT 1`, [id]);
    return rows.length > 0;
  }

  /** The messages that wait to be read by this run's answer, in order; their runs are locked until the transaction ends. */
  async steering(op: Operation, id: string): Promise<readonly SteeringRun[]> {
    return await this.#db.query<SteeringRun>(
      op,
      `SELECT q.id, q.kind, q.user_message_id AS "userMessageId", q.agent_message_id AS "agentMessageId",
              m.author_id AS "authorId", u.name AS "authorName", m.created_at AS "sentAt",
              (SELECT json_agg(p.part ORDER BY p.position) FROM message_parts p WHERE p.message_id = m.id) AS parts
         FROM runs q JOIN messages m ON m.id = q.user_message_id LEFT JOIN users u ON u.id = m.author_id
        WHERE q.steers = $1 AND q.state = 'queued' ORDER BY q.queued_at, q.id FOR UPDATE OF q`,
      [id],
    );
  }

  /** Workers that hold leases but whose process is not connected: it died, or it is just connecting again. */
  async absentWorkers(op: Operation): Promise<readonly string[]> {
    const rows = await this.#db.query<{ worker: string }>(
      op,
      `SELECT DISTINCT r.lease_owner AS worker FROM runs r
        WHERE r.state = 'running' AND r.lease_until >= now() AND NOT EXISTS (
          SELECT 1 FROM pg_locks l
           WHERE l.locktype = 'advisory' AND l.classid = ${presenceLock} AND l.objsubid = 2
             AND l.objid::bigint = (hashtext(r.lease_owner::text)::bigint & 4294967295))`,
      [],
    );
    return rows.map(({ worker }) => worker);
  }

  /** Ends the leases of workers that are gone. Should one live after all, the log refuses what it still writes. */
  async expire(op: Operation, workers: readonly string[]): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE runs SET lease_until = now() - interval '1 second'
        WHERE state = 'running' AND lease_owner = ANY($1::uuid[])`,
      [workers],
    );
  }

  /** Runs nobody works on: their worker is gone, or they were queued a while ago and no hint or job led to them. */
  async stranded(
    op: Operation,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly sessionId: string }[]> {
    return await this.#db.query(
      op,
      `(SELECT id, session_id AS "sessionId" FROM runs
         WHERE state = 'running' AND lease_until < now() ORDER BY lease_until LIMIT $1)
       UNION ALL
       (SELECT q.id, q.session_id FROM runs q
         WHERE q.state = 'queued' AND q.queued_at < now() - interval '5 seconds' AND NOT EXISTS (
           SELECT 1 FROM runs r WHERE r.session_id = q.session_id AND r.state IN ('running', 'waiting'))
         ORDER BY q.queued_at LIMIT $1)`,
      [limit],
    );
  }

  /** The latest exchange of the session, whose answer may be retried or continued. */
  async latestAnswer(op: Operation, sessionId: string): Promise<{ readonly id: string } | null> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `SELECT id FROM messages WHERE session_id = $1 AND NOT is_superseded ORDER BY seq DESC LIMIT 1`,
      [sessionId],
    );
    return rows[0] ?? null;
  }

  /** Whether a pipeline that is not done has this run for a stage or its check: it goes on by its own ways then. */
  async isOfOpenPipeline(op: Operation, id: string): Promise<boolean> {
    const rows = await this.#db.query(
      op,
      `SELECT 1 FROM pipeline_stage_runs a JOIN pipeline_runs p ON p.id = a.pipeline_run_id
        WHERE (a.run_id = $1 OR a.check_run_id = $1) AND p.state <> 'succeeded'`,
      [id],
    );
    return rows.length > 0;
  }

  /** One message with its parts, as the worker that writes it needs it. */
  async messageOf(
    op: Operation,
    messageId: string,
  ): Promise<{ readonly seq: number; readonly foldedSeq: number; readonly parts: readonly Part[] } | null> {
    const rows = await this.#db.query<{ seq: number; foldedSeq: number; parts: readonly Part[] }>(
      op,
      `SELECT seq, folded_seq AS "foldedSeq",
              coalesce((SELECT json_agg(p.part ORDER BY p.position) FROM message_parts p WHERE p.message_id = m.id),
                       '[]'::json) AS parts
         FROM messages m WHERE id = $1`,
      [messageId],
    );
    return rows[0] ?? null;
  }

  /** Drops the deltas of runs that ended before `before`: they are folded into parts. Returns how many runs. */
  async compact(op: Operation, before: Date, limit: number): Promise<number> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `WITH done AS (
         SELECT r.id, r.session_id, m.folded_seq FROM runs r JOIN messages m ON m.id = r.agent_message_id
          WHERE r.finished_at < $1 AND r.compacted_at IS NULL ORDER BY r.finished_at LIMIT $2 FOR UPDATE OF r SKIP LOCKED
       ), upto AS (
         SELECT session_id, max(folded_seq) AS seq FROM done GROUP BY session_id ORDER BY session_id
       ), head AS (
         UPDATE session_heads h SET compacted_seq = greatest(h.compacted_seq, upto.seq)
           FROM upto WHERE h.session_id = upto.session_id
       ), gone AS (
         DELETE FROM session_events e USING upto
          WHERE e.session_id = upto.session_id AND e.seq <= upto.seq
            AND e.type IN ('text.delta', 'reasoning.delta', 'tool.input_delta', 'tool.output_delta')
       )
       UPDATE runs SET compacted_at = now() WHERE id IN (SELECT id FROM done) RETURNING id`,
      [before, limit],
    );
    return rows.length;
  }
}

/** A sum in which null is nothing, and which is null only of two nulls. */
function plus(column: string, value: string): string {
  return `CASE WHEN ${value} IS NULL THEN ${column} ELSE coalesce(${column}, 0) + ${value} END`;
}

/** Assignments of what a run used, from this parameter on. */
function usageColumns(first: number): string {
  return ['input_tokens', 'output_tokens', 'cached_input_tokens', 'reasoning_tokens', 'cost']
    .map((column, index) => `${column} = $${first + index}`)
    .join(', ');
}

function usageValues(usage: Usage): readonly (number | null)[] {
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens, cost } = usage;
  return [inputTokens, outputTokens, cachedInputTokens ?? null, reasoningTokens ?? null, cost ?? null];
}
