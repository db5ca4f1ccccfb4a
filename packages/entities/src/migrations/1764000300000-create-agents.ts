import type { MigrationInterface, QueryRunner } from 'typeorm';

const own = 'organisation_id = atelier_organisation()';
const secured = {
  agents: { rights: 'SELECT, INSERT, UPDATE', policy: own },
  /** What a version was is never changed. */
  agent_versions: {
    rights: 'SELECT, INSERT',
    policy: `(SELECT a.organisation_id FROM agents a WHERE a.id = agent_id) = atelier_organisation()`,
  },
} as const;

/** Agents that people make, with all their versions; which one a session has, and which version a run followed. */
export class CreateAgents1764000300000 implements MigrationInterface {
  readonly name = 'CreateAgents1764000300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE agents (
        id              uuid CONSTRAINT agents_pkey PRIMARY KEY,
        organisation_id uuid NOT NULL
                        CONSTRAINT agents_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        user_id         uuid CONSTRAINT agents_user_fk REFERENCES users (id) ON DELETE CASCADE,
        current_version integer NOT NULL,
        revision        integer NOT NULL DEFAULT 1,
        created_at      timestamptz(3) NOT NULL,
        archived_at     timestamptz(3)
      )`);
    await queryRunner.query(`CREATE INDEX agents_by_owner ON agents (organisation_id, user_id)`);
    await queryRunner.query(`CREATE INDEX agents_by_user ON agents (user_id)`);
    await queryRunner.query(`
      CREATE TABLE agent_versions (
        id           uuid CONSTRAINT agent_versions_pkey PRIMARY KEY,
        agent_id     uuid NOT NULL CONSTRAINT agent_versions_agent_fk REFERENCES agents (id) ON DELETE CASCADE,
        number       integer NOT NULL,
        name         text NOT NULL,
        description  text NOT NULL,
        instructions text NOT NULL,
        model        jsonb,
        tools        jsonb,
        rules        jsonb NOT NULL,
        author_id    uuid CONSTRAINT agent_versions_author_fk REFERENCES users (id) ON DELETE SET NULL,
        created_at   timestamptz(3) NOT NULL,
        CONSTRAINT agent_versions_number_key UNIQUE (agent_id, number)
      )`);
    await queryRunner.query(`CREATE INDEX agent_versions_by_author ON agent_versions (author_id)`);
    await queryRunner.query(`
      ALTER TABLE agent_sessions
        ADD agent_id uuid CONSTRAINT agent_sessions_agent_fk REFERENCES agents (id) ON DELETE SET NULL`);
    await queryRunner.query(`CREATE INDEX agent_sessions_by_agent ON agent_sessions (agent_id)`);
    await queryRunner.query(`
      ALTER TABLE runs ADD agent_version_id uuid
        CONSTRAINT runs_agent_version_fk REFERENCES agent_versions (id) ON DELETE SET NULL`);
    await queryRunner.query(`CREATE INDEX runs_by_agent_version ON runs (agent_version_id)`);
    for (const [table, { rights, policy }] of Object.entries(secured)) {
      await queryRunner.query(`GRANT ${rights} ON ${table} TO atelier_member`);
      await queryRunner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await queryRunner.query(
        `CREATE POLICY ${table}_of_organisation ON ${table} TO atelier_member USING (${policy}) WITH CHECK (${policy})`,
      );
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE runs DROP COLUMN agent_version_id`);
    await queryRunner.query(`ALTER TABLE agent_sessions DROP COLUMN agent_id`);
    await queryRunner.query(`DROP TABLE agent_versions`);
    await queryRunner.query(`DROP TABLE agents`);
  }
}
