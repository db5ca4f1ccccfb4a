import type { MigrationInterface, QueryRunner } from 'typeorm';

const own = 'organisation_id = atelier_organisation()';
const ofSession = (id: string) =>
  // A scalar subquery, not EXISTS: it is one index lookup a row, and is never turned into a read of all sessions.
  `(SELECT s.organisation_id FROM agent_sessions s WHERE s.id = ${id}) = atelier_organisation()`;

/** What people's statements may touch: whatever is not listed is out of their reach. */
const tables: Readonly<Record<string, { readonly rights: string; readonly policy: string; readonly check?: string }>> =
  {
    agent_sessions: { rights: 'SELECT, INSERT, UPDATE, DELETE', policy: own },
    runs: { rights: 'SELECT, INSERT, UPDATE, DELETE', policy: own },
    uploads: { rights: 'SELECT, INSERT, UPDATE, DELETE', policy: own },
    session_heads: { rights: 'SELECT, INSERT, UPDATE, DELETE', policy: ofSession('session_id') },
    session_events: { rights: 'SELECT, INSERT, UPDATE, DELETE', policy: ofSession('session_id') },
    session_todos: { rights: 'SELECT, INSERT, UPDATE, DELETE', policy: ofSession('session_id') },
    messages: { rights: 'SELECT, INSERT, UPDATE, DELETE', policy: ofSession('session_id') },
    message_parts: {
      rights: 'SELECT, INSERT, UPDATE, DELETE',
      policy: ofSession('(SELECT m.session_id FROM messages m WHERE m.id = message_id)'),
    },
    organisations: {
      rights: 'SELECT, UPDATE',
      policy: `id = atelier_organisation() OR id IN (
      SELECT m.organisation_id FROM memberships m WHERE m.user_id = atelier_person())`,
      check: 'id = atelier_organisation()',
    },
    memberships: {
      rights: 'SELECT, INSERT, UPDATE, DELETE',
      policy: `${own} OR user_id = atelier_person()`,
      check: own,
    },
    users: {
      rights: 'SELECT',
      policy: `id = atelier_person() OR EXISTS (
      SELECT 1 FROM memberships m WHERE m.user_id = users.id AND m.organisation_id = atelier_organisation())`,
    },
    invitations: { rights: 'SELECT, INSERT, UPDATE', policy: own },
    api_keys: { rights: 'SELECT, INSERT, UPDATE', policy: own },
    audit_heads: { rights: 'SELECT, INSERT, UPDATE', policy: own },
    audit_events: { rights: 'SELECT, INSERT', policy: own },
  };

/**
 * The second wall between organisations. People's statements run as `atelier_member`, which owns nothing and bypasses
 * nothing; the connection says for which organisation and person. With neither said, nothing is seen.
 */
export class RowLevelSecurity1763900300000 implements MigrationInterface {
  readonly name = 'RowLevelSecurity1763900300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // A role belongs to the whole server: another database of it, or an administrator, may have made it. From PostgreSQL
    // 16 on, whoever makes a role may give it to others and does not yet take it themselves.
    await queryRunner.query(`
      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'atelier_member') THEN
          CREATE ROLE atelier_member NOLOGIN;
        END IF;
        IF NOT pg_has_role(current_user, 'atelier_member',
             CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
          EXECUTE format('GRANT atelier_member TO %I', current_user);
        END IF;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END $$`);
    for (const what of ['organisation', 'person']) {
      await queryRunner.query(`
        CREATE FUNCTION atelier_${what}() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
        RETURN nullif(current_setting('atelier.${what}', true), '')::uuid`);
    }
    await queryRunner.query(`GRANT USAGE ON SCHEMA public TO atelier_member`);
    for (const [table, { rights, policy, check = policy }] of Object.entries(tables)) {
      await queryRunner.query(`GRANT ${rights} ON ${table} TO atelier_member`);
      await queryRunner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await queryRunner.query(
        `CREATE POLICY ${table}_of_organisation ON ${table} TO atelier_member USING (${policy}) WITH CHECK (${check})`,
      );
    }
    // A session and its head are made by one statement, which does not see its own session yet. A head without a session
    // is refused by its foreign key, and a second head by its primary key: no rule is needed on top.
    await queryRunner.query(`
      CREATE POLICY session_heads_made ON session_heads FOR INSERT TO atelier_member WITH CHECK (true)`);
    // The job queue makes its own tables, later, in a schema of its own: a job commits with the fact it belongs to.
    await queryRunner.query(`CREATE SCHEMA IF NOT EXISTS jobs`);
    await queryRunner.query(`GRANT USAGE ON SCHEMA jobs TO atelier_member`);
    await queryRunner.query(`GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA jobs TO atelier_member`);
    await queryRunner.query(
      `ALTER DEFAULT PRIVILEGES IN SCHEMA jobs GRANT SELECT, INSERT, UPDATE ON TABLES TO atelier_member`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER DEFAULT PRIVILEGES IN SCHEMA jobs REVOKE SELECT, INSERT, UPDATE ON TABLES FROM atelier_member`,
    );
    await queryRunner.query(`REVOKE SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA jobs FROM atelier_member`);
    await queryRunner.query(`REVOKE USAGE ON SCHEMA jobs FROM atelier_member`);
    await queryRunner.query(`DROP POLICY session_heads_made ON session_heads`);
    for (const [table, { rights }] of Object.entries(tables)) {
      await queryRunner.query(`DROP POLICY ${table}_of_organisation ON ${table}`);
      await queryRunner.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`);
      await queryRunner.query(`REVOKE ${rights} ON ${table} FROM atelier_member`);
    }
    await queryRunner.query(`REVOKE USAGE ON SCHEMA public FROM atelier_member`);
    for (const what of ['organisation', 'person']) await queryRunner.query(`DROP FUNCTION atelier_${what}()`);
  }
}
