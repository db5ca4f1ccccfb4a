import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface CheckpointRow {
  readonly runId: string;
  readonly sessionId: string;
  readonly messageId: string;
  readonly beforeTree: string;
  readonly afterTree: string | null;
  readonly created: number;
  readonly modified: number;
  readonly deleted: number;
  readonly createdAt: Date;
}

export interface TurnEnd {
  readonly afterTree: string;
  readonly created: number;
  readonly modified: number;
  readonly deleted: number;
}

const columns = `c.run_id AS "runId", c.session_id AS "sessionId", r.agent_message_id AS "messageId",
  c.before_tree AS "beforeTree", c.after_tree AS "afterTree", c.created, c.modified, c.deleted,
  c.created_at AS "createdAt"`;
/** A turn stays in the list until its session is gone; so many are shown. */
const maxListed = 500;

export class CheckpointsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** How the workspace was before a run. One that is known already stays: the run was resumed. */
  async insert(
    op: Operation,
    run: { readonly id: string; readonly sessionId: string; readonly organisationId: string },
    beforeTree: string,
    at: Date,
  ): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO checkpoints (run_id, session_id, organisation_id, before_tree, created_at)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (run_id) DO NOTHING`,
      [run.id, run.sessionId, run.organisationId, beforeTree, at],
    );
  }

  async find(op: Operation, runId: string): Promise<CheckpointRow | null> {
    const rows = await this.#db.query<CheckpointRow>(
      op,
      `SELECT ${columns} FROM checkpoints c JOIN runs r ON r.id = c.run_id WHERE c.run_id = $1`,
      [runId],
    );
    return rows[0] ?? null;
  }

  /** Whether the turn is still known. */
  async end(op: Operation, runId: string, end: TurnEnd): Promise<boolean> {
    const rows = await this.#db.query(
      op,
      `UPDATE checkpoints SET after_tree = $2, created = $3, modified = $4, deleted = $5 WHERE run_id = $1
       RETURNING 1`,
      [runId, end.afterTree, end.created, end.modified, end.deleted],
    );
    return rows.length > 0;
  }

  async remove(op: Operation, runId: string): Promise<void> {
    await this.#db.query(op, `DELETE FROM checkpoints WHERE run_id = $1`, [runId]);
  }

  /** Turns that have ended, the newest first. */
  async list(op: Operation, sessionId: string): Promise<readonly CheckpointRow[]> {
    return await this.#db.query<CheckpointRow>(
      op,
      `SELECT ${columns} FROM checkpoints c JOIN runs r ON r.id = c.run_id
        WHERE c.session_id = $1 AND c.after_tree IS NOT NULL ORDER BY c.created_at DESC LIMIT ${maxListed}`,
      [sessionId],
    );
  }
}
