import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface RestorationRow {
  readonly id: string;
  readonly sessionId: string;
  readonly beforeTree: string;
  readonly created: number;
  readonly modified: number;
  readonly deleted: number;
  readonly createdAt: Date;
}

export interface NewRestoration extends RestorationRow {
  readonly organisationId: string;
  /** Where it stands in the log. */
  readonly seq: number;
  readonly afterTree: string;
}

const columns = `id, session_id AS "sessionId", before_tree AS "beforeTree", created, modified, deleted,
  created_at AS "createdAt"`;
const maxListed = 500;

/** When files were put back, and what there was before. */
export class RestorationsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async insert(op: Operation, row: NewRestoration): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO restorations (id, session_id, organisation_id, seq, before_tree, after_tree, created, modified, deleted,
                                 created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        row.id,
        row.sessionId,
        row.organisationId,
        row.seq,
        row.beforeTree,
        row.afterTree,
        row.created,
        row.modified,
        row.deleted,
        row.createdAt,
      ],
    );
  }

  async find(op: Operation, id: string): Promise<RestorationRow | null> {
    const rows = await this.#db.query<RestorationRow>(op, `SELECT ${columns} FROM restorations WHERE id = $1`, [id]);
    return rows[0] ?? null;
  }

  /** The newest first. */
  async list(op: Operation, sessionId: string): Promise<readonly RestorationRow[]> {
    return await this.#db.query<RestorationRow>(
      op,
      `SELECT ${columns} FROM restorations WHERE session_id = $1 ORDER BY seq DESC LIMIT ${maxListed}`,
      [sessionId],
    );
  }
}
