import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { SpanRow } from './span-row.ts';

export class SpansRepository {
  readonly #db: Pick<Database, 'query'>;
  constructor(db: Pick<Database, 'query'>) {
    this.#db = db;
  }

  /**
   * Writes a batch by one statement. Spans of a run that is gone are left out; one that was written before is not
   * written twice.
   */
  async insert(op: Operation, rows: readonly SpanRow[]): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO spans (id, organisation_id, session_id, run_id, parent_id, kind, name, started_at, duration_ms,
                          status, attributes)
       SELECT n.id, r.organisation_id, r.session_id, r.id, n.parent_id, n.kind, n.name, n.started_at, n.duration_ms,
              n.status, n.attributes
         FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::float8[],
                     $8::text[], $9::jsonb[])
              AS n (id, run_id, parent_id, kind, name, started_at, duration_ms, status, attributes),
              LATERAL (SELECT r.id, r.organisation_id, r.session_id FROM runs r WHERE r.id = n.run_id
                          FOR KEY SHARE) r
       ON CONFLICT (id) DO NOTHING`,
      [
        rows.map(({ id }) => id),
        rows.map(({ runId }) => runId),
        rows.map(({ parentId }) => parentId),
        rows.map(({ kind }) => kind),
        rows.map(({ name }) => name),
        rows.map(({ startedAt }) => startedAt),
        rows.map(({ durationMs }) => durationMs),
        rows.map(({ status }) => status),
        rows.map(({ attributes }) => JSON.stringify(attributes)),
      ],
    );
  }

  /** Whether the run is one of this person's sessions. */
  async isOwned(
    op: Operation,
    principal: { readonly userId: string; readonly organisationId: string },
    runId: string,
  ): Promise<boolean> {
    const rows = await this.#db.query(
      op,
      `SELECT 1 FROM runs r JOIN agent_sessions s ON s.id = r.session_id
        WHERE r.id = $1 AND r.organisation_id = $2 AND s.owner_id = $3`,
      [runId, principal.organisationId, principal.userId],
    );
    return rows.length > 0;
  }

  async isOfOrganisation(op: Operation, organisationId: string, runId: string): Promise<boolean> {
    const rows = await this.#db.query(op, 'SELECT 1 FROM runs WHERE id = $1 AND organisation_id = $2', [
      runId,
      organisationId,
    ]);
    return rows.length > 0;
  }

  /** By their beginning. */
  async ofRun(op: Operation, organisationId: string, runId: string, limit: number): Promise<readonly SpanRow[]> {
    return await this.#db.query<SpanRow>(
      op,
      `SELECT id, run_id AS "runId", parent_id AS "parentId", kind, name, started_at AS "startedAt",
              duration_ms AS "durationMs", status, attributes
         FROM spans WHERE run_id = $1 AND organisation_id = $2 ORDER BY started_at, id LIMIT $3`,
      [runId, organisationId, limit],
    );
  }
}
