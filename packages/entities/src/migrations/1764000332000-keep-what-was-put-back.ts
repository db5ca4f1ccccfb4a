import type { MigrationInterface, QueryRunner } from 'typeorm';

const own = 'organisation_id = atelier_organisation()';

/** What workspaces held when somebody put their files back: that is kept first, so it can be undone. */
export class KeepWhatWasPutBack1764000332000 implements MigrationInterface {
  readonly name = 'KeepWhatWasPutBack1764000332000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE restorations (
        id              uuid CONSTRAINT restorations_pkey PRIMARY KEY,
        session_id      uuid NOT NULL
                        CONSTRAINT restorations_session_fk REFERENCES agent_sessions (id) ON DELETE CASCADE,
        organisation_id uuid NOT NULL
                        CONSTRAINT restorations_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        seq             bigint NOT NULL,
        before_tree     text NOT NULL,
        after_tree      text NOT NULL,
        created         integer NOT NULL,
        modified        integer NOT NULL,
        deleted         integer NOT NULL,
        created_at      timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`CREATE INDEX restorations_by_session ON restorations (session_id, seq)`);
    await queryRunner.query(`CREATE INDEX restorations_by_organisation ON restorations (organisation_id)`);
    await queryRunner.query(`GRANT SELECT ON restorations TO atelier_member`);
    await queryRunner.query(`ALTER TABLE restorations ENABLE ROW LEVEL SECURITY`);
    await queryRunner.query(
      `CREATE POLICY restorations_of_organisation ON restorations TO atelier_member USING (${own}) WITH CHECK (${own})`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE restorations`);
  }
}
