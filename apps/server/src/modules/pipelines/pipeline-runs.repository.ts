import type { Part } from '@atelier/contracts/parts';
import type { PipelineState, StageState } from '@atelier/contracts/pipeline-runs';
import type { RunError, RunState } from '@atelier/contracts/runs';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** A stage as it stood when the pipeline was started, with its agents as they were. */
export interface StartedStage {
  readonly name: string;
  readonly goal: string;
  readonly agent: StartedAgent | null;
  readonly gate:
    | { readonly kind: 'none' }
    | { readonly kind: 'person' }
    | { readonly kind: 'check'; readonly instructions: string; readonly agent: StartedAgent | null };
}

export interface StartedAgent {
  readonly name: string;
  readonly versionId: string;
}

export interface PipelineRunRow {
  readonly id: string;
  readonly organisationId: string;
  readonly sessionId: string;
  readonly ownerId: string;
  readonly pipelineId: string | null;
  readonly name: string;
  readonly input: string;
  readonly stages: readonly StartedStage[];
  readonly state: PipelineState;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

export interface StageRunRow {
  readonly id: string;
  readonly position: number;
  readonly attempt: number;
  readonly state: StageState;
  readonly runId: string;
  readonly checkRunId: string | null;
  readonly givenBack: number;
  readonly comment: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: number | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** How a run of a stage, or of its check, stands. */
export interface RunEnd {
  readonly state: RunState;
  readonly error: RunError | null;
  readonly parts: readonly Part[];
}

export interface NewPipelineRun {
  readonly id: string;
  readonly organisationId: string;
  readonly sessionId: string;
  readonly pipelineId: string;
  readonly clientId: string;
  readonly name: string;
  readonly input: string;
  readonly stages: readonly StartedStage[];
  readonly at: Date;
}

export interface NewStageRun {
  readonly id: string;
  readonly pipelineRunId: string;
  readonly position: number;
  readonly runId: string;
  readonly givenBack: number;
  readonly at: Date;
}

const runColumns = `p.id, p.organisation_id AS "organisationId", p.session_id AS "sessionId", s.owner_id AS "ownerId",
  p.pipeline_id AS "pipelineId", p.name, p.input, p.stages, p.state, p.created_at AS "createdAt",
  p.finished_at AS "finishedAt"`;
const fromRuns = 'pipeline_runs p JOIN agent_sessions s ON s.id = p.session_id';

export class PipelineRunsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async insert(op: Operation, run: NewPipelineRun): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO pipeline_runs (id, organisation_id, session_id, pipeline_id, client_id, name, input, stages, state, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, 'running', $9)`,
      [
        run.id,
        run.organisationId,
        run.sessionId,
        run.pipelineId,
        run.clientId,
        run.name,
        run.input,
        JSON.stringify(run.stages),
        run.at,
      ],
    );
  }

  async findByClientId(op: Operation, sessionId: string, clientId: string): Promise<{ readonly id: string } | null> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `SELECT id FROM pipeline_runs WHERE session_id = $1 AND client_id = $2`,
      [sessionId, clientId],
    );
    return rows[0] ?? null;
  }

  /** Those who begin something in a session take turns: how it stands, until the transaction ends. */
  async takeTurn(op: Operation, sessionId: string): Promise<{ readonly isArchived: boolean }> {
    const rows = await this.#db.query<{ isArchived: boolean }>(
      op,
      `SELECT status = 'archived' AS "isArchived" FROM agent_sessions WHERE id = $1 FOR NO KEY UPDATE`,
      [sessionId],
    );
    return { isArchived: rows[0]?.isArchived ?? false };
  }

  /** Whether one is under way in the session. */
  async hasActive(op: Operation, sessionId: string): Promise<boolean> {
    const rows = await this.#db.query(
      op,
      `SELECT 1 FROM pipeline_runs WHERE session_id = $1 AND state IN ('running', 'waiting')`,
      [sessionId],
    );
    return rows.length > 0;
  }

  /** Locked until the transaction ends. */
  async lock(op: Operation, id: string): Promise<PipelineRunRow | null> {
    const rows = await this.#db.query<PipelineRunRow>(
      op,
      `SELECT ${runColumns} FROM ${fromRuns} WHERE p.id = $1 FOR UPDATE OF p`,
      [id],
    );
    return rows[0] ?? null;
  }

  async find(op: Operation, id: string): Promise<PipelineRunRow | null> {
    const rows = await this.#db.query<PipelineRunRow>(op, `SELECT ${runColumns} FROM ${fromRuns} WHERE p.id = $1`, [
      id,
    ]);
    return rows[0] ?? null;
  }

  /** The one that was started last in a session. */
  async latest(op: Operation, sessionId: string): Promise<PipelineRunRow | null> {
    const rows = await this.#db.query<PipelineRunRow>(
      op,
      `SELECT ${runColumns} FROM ${fromRuns} WHERE p.session_id = $1 ORDER BY p.created_at DESC, p.id DESC LIMIT 1`,
      [sessionId],
    );
    return rows[0] ?? null;
  }

  async setState(op: Operation, id: string, state: PipelineState, at: Date): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE pipeline_runs SET state = $2, finished_at = CASE WHEN $2 IN ('running', 'waiting') THEN NULL ELSE $3::timestamptz END
        WHERE id = $1`,
      [id, state, at],
    );
  }

  /** All tries at the stages of a pipeline, in order, with what they took. */
  async stageRuns(op: Operation, id: string): Promise<readonly StageRunRow[]> {
    return await this.#db.query<StageRunRow>(
      op,
      `SELECT a.id, a.position, a.attempt, a.state, a.run_id AS "runId", a.check_run_id AS "checkRunId",
              a.given_back AS "givenBack", a.comment, a.started_at AS "startedAt", a.finished_at AS "finishedAt",
              r.input_tokens + coalesce(c.input_tokens, 0) AS "inputTokens",
              r.output_tokens + coalesce(c.output_tokens, 0) AS "outputTokens",
              CASE WHEN r.cost IS NULL AND c.cost IS NULL THEN NULL ELSE coalesce(r.cost, 0) + coalesce(c.cost, 0) END AS cost
         FROM pipeline_stage_runs a JOIN runs r ON r.id = a.run_id LEFT JOIN runs c ON c.id = a.check_run_id
        WHERE a.pipeline_run_id = $1 ORDER BY a.position, a.attempt`,
      [id],
    );
  }

  async insertStageRun(op: Operation, stage: NewStageRun): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO pipeline_stage_runs (id, pipeline_run_id, position, attempt, state, run_id, given_back, started_at)
       SELECT $1, $2, $3::smallint, coalesce(max(attempt), 0) + 1, 'running', $4, $5::int, $6::timestamptz
         FROM pipeline_stage_runs WHERE pipeline_run_id = $2 AND position = $3::smallint`,
      [stage.id, stage.pipelineRunId, stage.position, stage.runId, stage.givenBack, stage.at],
    );
  }

  async changeStageRun(
    op: Operation,
    id: string,
    change: { readonly state: StageState; readonly comment?: string; readonly checkRunId?: string; readonly at: Date },
  ): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE pipeline_stage_runs
          SET state = $2, comment = coalesce($3, comment), check_run_id = coalesce($4, check_run_id),
              finished_at = CASE WHEN $2 IN ('running', 'checking', 'waiting') THEN NULL ELSE $5::timestamptz END
        WHERE id = $1`,
      [id, change.state, change.comment ?? null, change.checkRunId ?? null, change.at],
    );
  }

  async runEnd(op: Operation, runId: string): Promise<RunEnd | null> {
    const rows = await this.#db.query<RunEnd>(
      op,
      `SELECT r.state, r.error,
              coalesce((SELECT json_agg(p.part ORDER BY p.position) FROM message_parts p
                         WHERE p.message_id = r.agent_message_id), '[]'::json) AS parts
         FROM runs r WHERE r.id = $1`,
      [runId],
    );
    return rows[0] ?? null;
  }

  /** Pipelines whose stage under way has come to its end, or the check of it. Of one session, or of all. */
  async due(op: Operation, sessionId: string | null, limit: number): Promise<readonly string[]> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `SELECT p.id FROM pipeline_runs p
         JOIN pipeline_stage_runs a ON a.pipeline_run_id = p.id AND a.state IN ('running', 'checking', 'waiting')
         JOIN runs r ON r.id = CASE a.state WHEN 'checking' THEN a.check_run_id ELSE a.run_id END
        WHERE p.state IN ('running', 'waiting') AND a.state <> 'waiting' AND r.finished_at IS NOT NULL
          AND ($1::uuid IS NULL OR p.session_id = $1) LIMIT $2`,
      [sessionId, limit],
    );
    return rows.map(({ id }) => id);
  }
}
