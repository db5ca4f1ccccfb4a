import type { MigrationInterface, QueryRunner } from 'typeorm';

const own = 'organisation_id = atelier_organisation()';
const secured = {
  pipelines: own,
  pipeline_runs: own,
  pipeline_stage_runs: `(SELECT p.organisation_id FROM pipeline_runs p WHERE p.id = pipeline_run_id) = atelier_organisation()`,
} as const;

/** Pipelines, what became of those that were started, and each try at a stage. */
export class CreatePipelines1764000310000 implements MigrationInterface {
  readonly name = 'CreatePipelines1764000310000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE runs ADD is_check boolean NOT NULL DEFAULT false`);
    await queryRunner.query(`
      CREATE TABLE pipelines (
        id              uuid CONSTRAINT pipelines_pkey PRIMARY KEY,
        organisation_id uuid NOT NULL
                        CONSTRAINT pipelines_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        user_id         uuid CONSTRAINT pipelines_user_fk REFERENCES users (id) ON DELETE CASCADE,
        name            text NOT NULL,
        description     text NOT NULL,
        stages          jsonb NOT NULL,
        revision        integer NOT NULL DEFAULT 1,
        created_at      timestamptz(3) NOT NULL,
        updated_at      timestamptz(3) NOT NULL,
        archived_at     timestamptz(3)
      )`);
    await queryRunner.query(`CREATE INDEX pipelines_by_owner ON pipelines (organisation_id, user_id)`);
    await queryRunner.query(`CREATE INDEX pipelines_by_user ON pipelines (user_id)`);
    await this.#createRuns(queryRunner);
    for (const [table, policy] of Object.entries(secured)) {
      await queryRunner.query(`GRANT SELECT, INSERT, UPDATE ON ${table} TO atelier_member`);
      await queryRunner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await queryRunner.query(
        `CREATE POLICY ${table}_of_organisation ON ${table} TO atelier_member USING (${policy}) WITH CHECK (${policy})`,
      );
    }
  }

  async #createRuns(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE pipeline_runs (
        id              uuid CONSTRAINT pipeline_runs_pkey PRIMARY KEY,
        organisation_id uuid NOT NULL
                        CONSTRAINT pipeline_runs_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        session_id      uuid NOT NULL
                        CONSTRAINT pipeline_runs_session_fk REFERENCES agent_sessions (id) ON DELETE CASCADE,
        pipeline_id     uuid CONSTRAINT pipeline_runs_pipeline_fk REFERENCES pipelines (id) ON DELETE SET NULL,
        client_id       uuid NOT NULL,
        name            text NOT NULL,
        input           text NOT NULL,
        stages          jsonb NOT NULL,
        state           text NOT NULL CONSTRAINT pipeline_runs_state_known
                        CHECK (state IN ('running', 'waiting', 'succeeded', 'failed', 'cancelled')),
        created_at      timestamptz(3) NOT NULL,
        finished_at     timestamptz(3),
        CONSTRAINT pipeline_runs_client_key UNIQUE (session_id, client_id)
      )`);
    await queryRunner.query(`CREATE INDEX pipeline_runs_by_organisation ON pipeline_runs (organisation_id)`);
    await queryRunner.query(`CREATE INDEX pipeline_runs_by_pipeline ON pipeline_runs (pipeline_id)`);
    await queryRunner.query(`CREATE INDEX pipeline_runs_by_session ON pipeline_runs (session_id, created_at)`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX pipeline_runs_one_active ON pipeline_runs (session_id) WHERE state IN ('running', 'waiting')`,
    );
    await queryRunner.query(`
      CREATE TABLE pipeline_stage_runs (
        id              uuid CONSTRAINT pipeline_stage_runs_pkey PRIMARY KEY,
        pipeline_run_id uuid NOT NULL
                        CONSTRAINT pipeline_stage_runs_pipeline_run_fk REFERENCES pipeline_runs (id) ON DELETE CASCADE,
        position        smallint NOT NULL,
        attempt         integer NOT NULL,
        state           text NOT NULL CONSTRAINT pipeline_stage_runs_state_known
                        CHECK (state IN ('running', 'checking', 'waiting', 'succeeded', 'rejected', 'failed', 'cancelled')),
        run_id          uuid NOT NULL CONSTRAINT pipeline_stage_runs_run_fk REFERENCES runs (id) ON DELETE CASCADE,
        check_run_id    uuid CONSTRAINT pipeline_stage_runs_check_fk REFERENCES runs (id) ON DELETE CASCADE,
        given_back      integer NOT NULL DEFAULT 0,
        comment         text NOT NULL DEFAULT '',
        started_at      timestamptz(3) NOT NULL,
        finished_at     timestamptz(3),
        CONSTRAINT pipeline_stage_runs_attempt_key UNIQUE (pipeline_run_id, position, attempt),
        CONSTRAINT pipeline_stage_runs_checked_by_run CHECK (state <> 'checking' OR check_run_id IS NOT NULL)
      )`);
    await queryRunner.query(`CREATE INDEX pipeline_stage_runs_by_run ON pipeline_stage_runs (run_id)`);
    await queryRunner.query(`CREATE INDEX pipeline_stage_runs_by_check ON pipeline_stage_runs (check_run_id)`);
    await queryRunner.query(`
      CREATE UNIQUE INDEX pipeline_stage_runs_one_active ON pipeline_stage_runs (pipeline_run_id)
       WHERE state IN ('running', 'checking', 'waiting')`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['pipeline_stage_runs', 'pipeline_runs', 'pipelines']) {
      await queryRunner.query(`DROP TABLE ${table}`);
    }
    await queryRunner.query(`ALTER TABLE runs DROP COLUMN is_check`);
  }
}
