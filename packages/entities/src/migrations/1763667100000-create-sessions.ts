import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions with their logs, messages and runs. Every list query has its index from the start. */
export class CreateSessions1763667100000 implements MigrationInterface {
  readonly name = 'CreateSessions1763667100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE agent_sessions (
        id               uuid CONSTRAINT agent_sessions_pkey PRIMARY KEY,
        organisation_id  uuid NOT NULL
                         CONSTRAINT agent_sessions_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        owner_id         uuid NOT NULL CONSTRAINT agent_sessions_owner_fk REFERENCES users (id) ON DELETE CASCADE,
        client_id        uuid NOT NULL,
        title            text NOT NULL DEFAULT '',
        status           text NOT NULL DEFAULT 'open'
                         CONSTRAINT agent_sessions_status_known CHECK (status IN ('open', 'archived')),
        version          integer NOT NULL DEFAULT 1,
        created_at       timestamptz(3) NOT NULL,
        last_activity_at timestamptz(3) NOT NULL,
        archived_at      timestamptz(3),
        CONSTRAINT agent_sessions_client_key UNIQUE (owner_id, organisation_id, client_id)
      )`);
    await queryRunner.query(`
      CREATE INDEX agent_sessions_by_status_activity
          ON agent_sessions (organisation_id, owner_id, status, last_activity_at DESC, id DESC)`);
    await queryRunner.query(`
      CREATE INDEX agent_sessions_by_activity ON agent_sessions (organisation_id, owner_id, last_activity_at DESC, id DESC)`);
    await queryRunner.query(`
      CREATE TABLE session_heads (
        session_id    uuid CONSTRAINT session_heads_pkey PRIMARY KEY
                      CONSTRAINT session_heads_session_fk REFERENCES agent_sessions (id) ON DELETE CASCADE,
        last_seq      bigint NOT NULL DEFAULT 0,
        compacted_seq bigint NOT NULL DEFAULT 0,
        writer        uuid,
        writer_count  bigint NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50)`);
    await queryRunner.query(`
      CREATE TABLE session_todos (
        session_id uuid CONSTRAINT session_todos_pkey PRIMARY KEY
                   CONSTRAINT session_todos_session_fk REFERENCES agent_sessions (id) ON DELETE CASCADE,
        items      jsonb NOT NULL
      )`);
    await queryRunner.query(`
      CREATE TABLE session_events (
        session_id uuid NOT NULL,
        seq        bigint NOT NULL,
        type       text NOT NULL,
        payload    json NOT NULL,
        at         timestamptz(3) NOT NULL,
        CONSTRAINT session_events_pkey PRIMARY KEY (session_id, seq)
      )`);
    // A foreign key would lock the session's row for every token. The head stands for it: without one nothing can be
    // appended, and when it goes, its log goes with it.
    await queryRunner.query(`
      CREATE FUNCTION delete_session_events() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM session_events WHERE session_id = OLD.session_id;
        RETURN NULL;
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER session_heads_deleted AFTER DELETE ON session_heads
      FOR EACH ROW EXECUTE FUNCTION delete_session_events()`);
    await this.#createMessages(queryRunner);
    await this.#createRuns(queryRunner);
  }

  async #createMessages(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE messages (
        id            uuid CONSTRAINT messages_pkey PRIMARY KEY,
        session_id    uuid NOT NULL CONSTRAINT messages_session_fk REFERENCES agent_sessions (id) ON DELETE CASCADE,
        parent_id     uuid CONSTRAINT messages_parent_fk REFERENCES messages (id) ON DELETE CASCADE,
        role          text NOT NULL CONSTRAINT messages_role_known CHECK (role IN ('user', 'agent')),
        author_id     uuid CONSTRAINT messages_author_fk REFERENCES users (id) ON DELETE SET NULL,
        seq           bigint NOT NULL,
        client_id     uuid,
        request_hash  bytea,
        created_at    timestamptz(3) NOT NULL,
        folded_seq    bigint NOT NULL DEFAULT 0,
        is_superseded boolean NOT NULL DEFAULT false,
        CONSTRAINT messages_client_key UNIQUE (session_id, client_id)
      )`);
    await queryRunner.query(`CREATE INDEX messages_by_seq ON messages (session_id, seq)`);
    await queryRunner.query(`CREATE INDEX messages_by_parent ON messages (parent_id)`);
    await queryRunner.query(`CREATE INDEX messages_by_author ON messages (author_id)`);
    await queryRunner.query(`
      CREATE TABLE message_parts (
        message_id uuid NOT NULL CONSTRAINT message_parts_message_fk REFERENCES messages (id) ON DELETE CASCADE,
        position   integer NOT NULL,
        part       json NOT NULL,
        CONSTRAINT message_parts_pkey PRIMARY KEY (message_id, position)
      )`);
  }

  async #createRuns(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE runs (
        id                  uuid CONSTRAINT runs_pkey PRIMARY KEY,
        session_id          uuid NOT NULL CONSTRAINT runs_session_fk REFERENCES agent_sessions (id) ON DELETE CASCADE,
        organisation_id     uuid NOT NULL CONSTRAINT runs_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        user_message_id     uuid NOT NULL CONSTRAINT runs_user_message_fk REFERENCES messages (id) ON DELETE CASCADE,
        agent_message_id    uuid NOT NULL CONSTRAINT runs_agent_message_fk REFERENCES messages (id) ON DELETE CASCADE,
        client_id           uuid,
        kind                text NOT NULL CONSTRAINT runs_kind_known CHECK (kind IN ('answer', 'retry', 'continue')),
        state               text NOT NULL CONSTRAINT runs_state_known CHECK (state IN
                              ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'interrupted')),
        attempt             integer NOT NULL DEFAULT 0,
        model               text NOT NULL DEFAULT '',
        lease_owner         uuid,
        lease_until         timestamptz(3),
        cancel_requested_at timestamptz(3),
        error               jsonb,
        input_tokens        integer NOT NULL DEFAULT 0,
        output_tokens       integer NOT NULL DEFAULT 0,
        queued_at           timestamptz(3) NOT NULL,
        started_at          timestamptz(3),
        finished_at         timestamptz(3),
        compacted_at        timestamptz(3),
        CONSTRAINT runs_client_key UNIQUE (session_id, client_id),
        CONSTRAINT runs_running_has_lease CHECK (state <> 'running' OR lease_until IS NOT NULL)
      )`);
    await queryRunner.query(`CREATE INDEX runs_by_session ON runs (session_id, queued_at)`);
    await queryRunner.query(`CREATE INDEX runs_by_user_message ON runs (user_message_id)`);
    await queryRunner.query(`CREATE INDEX runs_by_agent_message ON runs (agent_message_id, queued_at)`);
    await queryRunner.query(`CREATE INDEX runs_by_organisation ON runs (organisation_id)`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX runs_one_active ON runs (session_id) WHERE state IN ('running', 'waiting')`,
    );
    await queryRunner.query(`CREATE INDEX runs_by_lease ON runs (lease_until) WHERE state = 'running'`);
    await queryRunner.query(`CREATE INDEX runs_queued ON runs (queued_at) WHERE state = 'queued'`);
    await queryRunner.query(`
      CREATE INDEX runs_to_compact ON runs (finished_at) WHERE finished_at IS NOT NULL AND compacted_at IS NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const tables = [
      'runs',
      'message_parts',
      'messages',
      'session_events',
      'session_todos',
      'session_heads',
      'agent_sessions',
    ];
    for (const table of tables) await queryRunner.query(`DROP TABLE ${table}`);
    await queryRunner.query(`DROP FUNCTION delete_session_events()`);
  }
}
