import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people uploaded, found again by content so that it is stored once. */
export class CreateUploads1763667200000 implements MigrationInterface {
  readonly name = 'CreateUploads1763667200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE uploads (
        id              uuid CONSTRAINT uploads_pkey PRIMARY KEY,
        session_id      uuid NOT NULL CONSTRAINT uploads_session_fk REFERENCES agent_sessions (id) ON DELETE CASCADE,
        organisation_id uuid NOT NULL CONSTRAINT uploads_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        owner_id        uuid NOT NULL CONSTRAINT uploads_owner_fk REFERENCES users (id) ON DELETE CASCADE,
        name            text NOT NULL,
        path            text NOT NULL,
        size            bigint NOT NULL,
        media_type      text NOT NULL,
        sha256          text NOT NULL,
        inline_text     text,
        created_at      timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`CREATE INDEX uploads_by_content ON uploads (session_id, sha256)`);
    await queryRunner.query(`CREATE INDEX uploads_by_organisation ON uploads (organisation_id)`);
    await queryRunner.query(`CREATE INDEX uploads_by_owner ON uploads (owner_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE uploads`);
  }
}
