import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Servers of the Model Context Protocol, their pinned tools, and what people authorised there. */
export class CreateMcp1764000200000 implements MigrationInterface {
  readonly name = 'CreateMcp1764000200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE mcp_servers (
        id uuid CONSTRAINT mcp_servers_pkey PRIMARY KEY,
        organisation_id uuid NOT NULL
          CONSTRAINT mcp_servers_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        user_id uuid CONSTRAINT mcp_servers_user_fk REFERENCES users (id) ON DELETE CASCADE,
        kind text NOT NULL,
        name text NOT NULL,
        url text,
        command text,
        headers_sealed text,
        header_names text[] NOT NULL,
        is_enabled boolean NOT NULL,
        timeout_seconds int NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT mcp_servers_has_one_place
          CHECK ((kind = 'http') = (url IS NOT NULL) AND (kind = 'stdio') = (command IS NOT NULL))
      )`);
    await queryRunner.query(`CREATE INDEX mcp_servers_by_organisation ON mcp_servers (organisation_id)`);
    await queryRunner.query(`CREATE INDEX mcp_servers_by_user ON mcp_servers (user_id)`);
    await queryRunner.query(`
      CREATE UNIQUE INDEX mcp_servers_name_once ON mcp_servers (organisation_id, user_id, name) NULLS NOT DISTINCT`);
    await queryRunner.query(`
      CREATE TABLE mcp_tools (
        server_id uuid NOT NULL CONSTRAINT mcp_tools_server_fk REFERENCES mcp_servers (id) ON DELETE CASCADE,
        name text NOT NULL,
        organisation_id uuid NOT NULL
          CONSTRAINT mcp_tools_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        seen jsonb NOT NULL,
        seen_pin text NOT NULL,
        approved jsonb,
        approved_pin text,
        is_there boolean NOT NULL,
        seen_at timestamptz(3) NOT NULL,
        CONSTRAINT mcp_tools_pkey PRIMARY KEY (server_id, name)
      )`);
    await queryRunner.query(`CREATE INDEX mcp_tools_by_organisation ON mcp_tools (organisation_id)`);
    await queryRunner.query(`
      CREATE TABLE mcp_credentials (
        id uuid CONSTRAINT mcp_credentials_pkey PRIMARY KEY,
        server_id uuid NOT NULL CONSTRAINT mcp_credentials_server_fk REFERENCES mcp_servers (id) ON DELETE CASCADE,
        user_id uuid NOT NULL CONSTRAINT mcp_credentials_user_fk REFERENCES users (id) ON DELETE CASCADE,
        organisation_id uuid NOT NULL
          CONSTRAINT mcp_credentials_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        origin text NOT NULL,
        credential_sealed text,
        has_tokens boolean NOT NULL DEFAULT false,
        pending_sealed text,
        state_hash bytea,
        pending_until timestamptz(3),
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT mcp_credentials_once UNIQUE (server_id, user_id)
      )`);
    await queryRunner.query(`CREATE INDEX mcp_credentials_by_organisation ON mcp_credentials (organisation_id)`);
    await queryRunner.query(`CREATE INDEX mcp_credentials_by_user ON mcp_credentials (user_id)`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX mcp_credentials_by_state ON mcp_credentials (state_hash) WHERE state_hash IS NOT NULL`,
    );
    for (const table of ['mcp_servers', 'mcp_tools', 'mcp_credentials']) {
      await queryRunner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO atelier_member`);
      await queryRunner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await queryRunner.query(`
        CREATE POLICY ${table}_of_organisation ON ${table} TO atelier_member
          USING (organisation_id = atelier_organisation()) WITH CHECK (organisation_id = atelier_organisation())`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE mcp_credentials`);
    await queryRunner.query(`DROP TABLE mcp_tools`);
    await queryRunner.query(`DROP TABLE mcp_servers`);
  }
}
