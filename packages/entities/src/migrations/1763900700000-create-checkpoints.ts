import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What workspaces held before and after each turn that may have changed them. */
export class CreateCheckpoints1763900700000 implements MigrationInterface {
  readonly name = 'CreateCheckpoints1763900700000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE checkpoints (
        run_id uuid CONSTRAINT checkpoints_pkey PRIMARY KEY
          CONSTRAINT checkpoints_run_fk REFERENCES runs (id) ON DELETE CASCADE,
        session_id uuid NOT NULL CONSTRAINT checkpoints_session_fk REFERENCES agent_sessions (id) ON DELETE CASCADE,
        organisation_id uuid NOT NULL
          CONSTRAINT checkpoints_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        before_tree text NOT NULL,
        after_tree text,
        created int NOT NULL DEFAULT 0,
        modified int NOT NULL DEFAULT 0,
        deleted int NOT NULL DEFAULT 0,
        created_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`CREATE INDEX checkpoints_by_session ON checkpoints (session_id, created_at)`);
    await queryRunner.query(`CREATE INDEX checkpoints_by_organisation ON checkpoints (organisation_id)`);
    await queryRunner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON checkpoints TO atelier_member`);
    await queryRunner.query(`ALTER TABLE checkpoints ENABLE ROW LEVEL SECURITY`);
    await queryRunner.query(`
      CREATE POLICY checkpoints_of_organisation ON checkpoints TO atelier_member
        USING (organisation_id = atelier_organisation()) WITH CHECK (organisation_id = atelier_organisation())`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE checkpoints`);
  }
}
