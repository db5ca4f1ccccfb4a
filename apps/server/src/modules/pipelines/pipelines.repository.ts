import type { PipelineContent, PipelineStage } from '@atelier/contracts/pipelines';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** Whose pipelines. `userId` null: the organisation's. */
export interface PipelineOwner {
  readonly organisationId: string;
  readonly userId: string | null;
}

export interface PipelineRow {
  readonly id: string;
  readonly userId: string | null;
  readonly name: string;
  readonly description: string;
  readonly stages: readonly PipelineStage[];
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const columns = `p.id, p.user_id AS "userId", p.name, p.description, p.stages, p.revision, p.created_at AS "createdAt",
  p.updated_at AS "updatedAt"`;
const visible = 'p.organisation_id = $1 AND (p.user_id IS NULL OR p.user_id = $2) AND p.archived_at IS NULL';
const owned = 'organisation_id = $1 AND user_id IS NOT DISTINCT FROM $2 AND archived_at IS NULL';

export class PipelinesRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async list(op: Operation, viewer: PipelineOwner): Promise<readonly PipelineRow[]> {
    return await this.#db.query<PipelineRow>(
      op,
      `SELECT ${columns} FROM pipelines p WHERE ${visible} ORDER BY lower(p.name), p.id`,
      [viewer.organisationId, viewer.userId],
    );
  }

  async find(op: Operation, viewer: PipelineOwner, id: string): Promise<PipelineRow | null> {
    const rows = await this.#db.query<PipelineRow>(
      op,
      `SELECT ${columns} FROM pipelines p WHERE p.id = $3 AND ${visible}`,
      [viewer.organisationId, viewer.userId, id],
    );
    return rows[0] ?? null;
  }

  /** Locks a pipeline of exactly this owner until the transaction ends. */
  async lock(op: Operation, owner: PipelineOwner, id: string): Promise<{ readonly revision: number } | null> {
    const rows = await this.#db.query<{ revision: number }>(
      op,
      `SELECT revision FROM pipelines WHERE id = $3 AND ${owned} FOR UPDATE`,
      [owner.organisationId, owner.userId, id],
    );
    return rows[0] ?? null;
  }

  async count(op: Operation, owner: PipelineOwner): Promise<number> {
    const rows = await this.#db.query<{ count: number }>(
      op,
      `SELECT count(*)::int AS count FROM pipelines WHERE ${owned}`,
      [owner.organisationId, owner.userId],
    );
    return rows[0]?.count ?? 0;
  }

  async insert(
    op: Operation,
    owner: PipelineOwner,
    pipeline: { readonly id: string; readonly content: PipelineContent; readonly at: Date },
  ): Promise<void> {
    const { name, description, stages } = pipeline.content;
    await this.#db.query(
      op,
      `INSERT INTO pipelines (id, organisation_id, user_id, name, description, stages, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $7)`,
      [pipeline.id, owner.organisationId, owner.userId, name, description, JSON.stringify(stages), pipeline.at],
    );
  }

  async change(op: Operation, id: string, content: PipelineContent, at: Date): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE pipelines SET name = $2, description = $3, stages = $4::jsonb, updated_at = $5, revision = revision + 1
        WHERE id = $1`,
      [id, content.name, content.description, JSON.stringify(content.stages), at],
    );
  }

  async archive(op: Operation, id: string, at: Date): Promise<void> {
    await this.#db.query(op, `UPDATE pipelines SET archived_at = $2, revision = revision + 1 WHERE id = $1`, [id, at]);
  }
}
