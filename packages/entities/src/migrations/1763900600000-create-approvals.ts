import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What runs ask people, what they need not ask, and what they cost. */
export class CreateApprovals1763900600000 implements MigrationInterface {
  readonly name = 'CreateApprovals1763900600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE runs ADD cached_input_tokens int, ADD reasoning_tokens int, ADD cost bigint`);
    await queryRunner.query(`
      CREATE TABLE run_requests (
        id uuid CONSTRAINT run_requests_pkey PRIMARY KEY,
        organisation_id uuid NOT NULL
          CONSTRAINT run_requests_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        run_id uuid NOT NULL CONSTRAINT run_requests_run_fk REFERENCES runs (id) ON DELETE CASCADE,
        call_id text NOT NULL,
        kind text NOT NULL CONSTRAINT run_requests_kind_known CHECK (kind IN ('approval', 'question')),
        tool text NOT NULL,
        input_text text NOT NULL,
        created_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3) NOT NULL,
        decision text CONSTRAINT run_requests_decision_known
          CHECK (decision IN ('approved', 'denied', 'answered', 'expired')),
        decision_text text NOT NULL DEFAULT '',
        edited_input text,
        decided_by uuid CONSTRAINT run_requests_decider_fk REFERENCES users (id) ON DELETE SET NULL,
        decided_at timestamptz(3),
        applied_at timestamptz(3),
        CONSTRAINT run_requests_decided_once CHECK ((decision IS NULL) = (decided_at IS NULL))
      )`);
    await queryRunner.query(`CREATE INDEX run_requests_by_run ON run_requests (run_id)`);
    await queryRunner.query(`CREATE INDEX run_requests_by_organisation ON run_requests (organisation_id)`);
    await queryRunner.query(`CREATE INDEX run_requests_by_decider ON run_requests (decided_by)`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX run_requests_one_open ON run_requests (run_id, call_id) WHERE decided_at IS NULL`,
    );
    await queryRunner.query(
      `CREATE INDEX run_requests_to_expire ON run_requests (expires_at) WHERE decided_at IS NULL`,
    );
    await queryRunner.query(`
      CREATE TABLE approval_rules (
        id uuid CONSTRAINT approval_rules_pkey PRIMARY KEY,
        organisation_id uuid NOT NULL
          CONSTRAINT approval_rules_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        user_id uuid CONSTRAINT approval_rules_user_fk REFERENCES users (id) ON DELETE CASCADE,
        session_id uuid CONSTRAINT approval_rules_session_fk REFERENCES agent_sessions (id) ON DELETE CASCADE,
        tool text NOT NULL,
        pattern text NOT NULL,
        action text NOT NULL CONSTRAINT approval_rules_action_known CHECK (action IN ('allow', 'ask', 'deny')),
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT approval_rules_session_has_person CHECK (session_id IS NULL OR user_id IS NOT NULL)
      )`);
    await queryRunner.query(`CREATE INDEX approval_rules_by_organisation ON approval_rules (organisation_id)`);
    await queryRunner.query(`CREATE INDEX approval_rules_by_user ON approval_rules (user_id)`);
    await queryRunner.query(`CREATE INDEX approval_rules_by_session ON approval_rules (session_id)`);
    await queryRunner.query(`
      CREATE UNIQUE INDEX approval_rules_once
        ON approval_rules (organisation_id, user_id, session_id, tool, pattern) NULLS NOT DISTINCT`);
    for (const table of ['run_requests', 'approval_rules']) {
      await queryRunner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO atelier_member`);
      await queryRunner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await queryRunner.query(`
        CREATE POLICY ${table}_of_organisation ON ${table} TO atelier_member
          USING (organisation_id = atelier_organisation()) WITH CHECK (organisation_id = atelier_organisation())`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE approval_rules`);
    await queryRunner.query(`DROP TABLE run_requests`);
    await queryRunner.query(
      `ALTER TABLE runs DROP COLUMN cached_input_tokens, DROP COLUMN reasoning_tokens, DROP COLUMN cost`,
    );
  }
}
