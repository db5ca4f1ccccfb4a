import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What runs' time and money went into, and runs in the order of an organisation's search. */
export class CreateSpans1763900800000 implements MigrationInterface {
  readonly name = 'CreateSpans1763900800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE spans (
        id uuid CONSTRAINT spans_pkey PRIMARY KEY,
        organisation_id uuid NOT NULL CONSTRAINT spans_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        session_id uuid NOT NULL,
        run_id uuid NOT NULL CONSTRAINT spans_run_fk REFERENCES runs (id) ON DELETE CASCADE,
        parent_id uuid,
        kind text NOT NULL CONSTRAINT spans_kind_known
          CHECK (kind IN ('agent_turn', 'llm_call', 'tool_call', 'retry', 'fallback', 'approval_wait', 'sandbox')),
        name text NOT NULL,
        started_at timestamptz(3) NOT NULL,
        duration_ms double precision NOT NULL,
        status text NOT NULL CONSTRAINT spans_status_known CHECK (status IN ('ok', 'error', 'cancelled')),
        attributes jsonb NOT NULL DEFAULT '{}'
      )`);
    await queryRunner.query(`CREATE INDEX spans_by_run ON spans (run_id, started_at, id)`);
    await queryRunner.query(`CREATE INDEX spans_by_organisation ON spans (organisation_id)`);
    // People read spans. Only the program writes them.
    await queryRunner.query(`GRANT SELECT ON spans TO atelier_member`);
    await queryRunner.query(`ALTER TABLE spans ENABLE ROW LEVEL SECURITY`);
    await queryRunner.query(`
      CREATE POLICY spans_of_organisation ON spans TO atelier_member USING (organisation_id = atelier_organisation())`);
    await queryRunner.query(`CREATE INDEX runs_by_queueing ON runs (organisation_id, queued_at, id)`);
    await queryRunner.query(`DROP INDEX runs_by_organisation`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX runs_by_organisation ON runs (organisation_id)`);
    await queryRunner.query(`DROP INDEX runs_by_queueing`);
    await queryRunner.query(`DROP TABLE spans`);
  }
}
