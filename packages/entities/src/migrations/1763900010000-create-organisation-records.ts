import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Invitations, what the installation is set to, and the record of who did what. */
export class CreateOrganisationRecords1763900010000 implements MigrationInterface {
  readonly name = 'CreateOrganisationRecords1763900010000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE organisations ADD archived_at timestamptz(3)`);
    await queryRunner.query(
      `CREATE INDEX organisations_archived ON organisations (archived_at) WHERE archived_at IS NOT NULL`,
    );
    await queryRunner.query(
      `CREATE INDEX memberships_by_joining ON memberships (organisation_id, created_at, user_id)`,
    );
    await queryRunner.query(`
      CREATE TABLE invitations (
        id              uuid CONSTRAINT invitations_pkey PRIMARY KEY,
        organisation_id uuid NOT NULL
                        CONSTRAINT invitations_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        email           text NOT NULL,
        role            text NOT NULL CONSTRAINT invitations_role_known CHECK (role IN ('admin', 'member', 'viewer')),
        delivery        text NOT NULL CONSTRAINT invitations_delivery_known CHECK (delivery IN ('mail', 'link')),
        token_hash      bytea NOT NULL CONSTRAINT invitations_hash_key UNIQUE,
        invited_by      uuid CONSTRAINT invitations_invited_by_fk REFERENCES users (id) ON DELETE SET NULL,
        created_at      timestamptz(3) NOT NULL,
        expires_at      timestamptz(3) NOT NULL,
        accepted_at     timestamptz(3),
        accepted_by     uuid CONSTRAINT invitations_accepted_by_fk REFERENCES users (id) ON DELETE SET NULL,
        declined_at     timestamptz(3),
        revoked_at      timestamptz(3)
      )`);
    await queryRunner.query(`CREATE INDEX invitations_by_organisation ON invitations (organisation_id, created_at)`);
    await queryRunner.query(`CREATE INDEX invitations_by_email ON invitations (email)`);
    await queryRunner.query(`CREATE INDEX invitations_by_inviter ON invitations (invited_by)`);
    await queryRunner.query(`CREATE INDEX invitations_by_accepter ON invitations (accepted_by)`);
    await queryRunner.query(`
      CREATE UNIQUE INDEX invitations_one_open ON invitations (organisation_id, email)
       WHERE accepted_at IS NULL AND declined_at IS NULL AND revoked_at IS NULL`);
    await queryRunner.query(`
      CREATE TABLE installation_settings (
        key        text CONSTRAINT installation_settings_pkey PRIMARY KEY,
        value      jsonb NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        updated_by uuid CONSTRAINT installation_settings_updated_by_fk REFERENCES users (id) ON DELETE SET NULL
      )`);
    await queryRunner.query(`CREATE INDEX installation_settings_by_person ON installation_settings (updated_by)`);
    await this.#createAudit(queryRunner);
  }

  /** Without foreign keys: the record outlives whom and what it tells of. The nil organisation is the installation. */
  async #createAudit(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE audit_heads (
        organisation_id uuid CONSTRAINT audit_heads_pkey PRIMARY KEY,
        last_seq        bigint NOT NULL,
        last_hash       bytea NOT NULL,
        anchor_seq      bigint NOT NULL,
        anchor_hash     bytea NOT NULL,
        key_id          text NOT NULL,
        mac             bytea NOT NULL
      )`);
    await queryRunner.query(`
      CREATE TABLE audit_events (
        organisation_id uuid NOT NULL,
        seq             bigint NOT NULL,
        at              timestamptz(3) NOT NULL,
        event           text NOT NULL,
        action          text NOT NULL,
        actor_kind      text NOT NULL,
        actor_id        uuid,
        actor_name      text,
        sign_in_hash    text,
        ip              text,
        user_agent      text,
        target_kind     text NOT NULL,
        target_id       text,
        outcome         text NOT NULL CONSTRAINT audit_events_outcome_known CHECK (outcome IN ('ok', 'denied', 'failed')),
        reason          text,
        change          json,
        request_id      text,
        key_id          text NOT NULL,
        hash            bytea NOT NULL,
        CONSTRAINT audit_events_pkey PRIMARY KEY (organisation_id, seq)
      )`);
    await queryRunner.query(`CREATE INDEX audit_events_by_time ON audit_events (organisation_id, at)`);
    await queryRunner.query(`CREATE INDEX audit_events_by_action ON audit_events (organisation_id, action, seq)`);
    await queryRunner.query(`CREATE INDEX audit_events_by_actor ON audit_events (organisation_id, actor_id, seq)`);
    await queryRunner.query(`CREATE INDEX audit_events_by_target ON audit_events (organisation_id, target_id, seq)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['audit_events', 'audit_heads', 'installation_settings', 'invitations']) {
      await queryRunner.query(`DROP TABLE ${table}`);
    }
    await queryRunner.query(`DROP INDEX memberships_by_joining`);
    await queryRunner.query(`DROP INDEX organisations_archived`);
    await queryRunner.query(`ALTER TABLE organisations DROP COLUMN archived_at`);
  }
}
