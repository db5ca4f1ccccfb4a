import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A sign-in becomes a row of its own; second factors, keys for programs, and everything that works only once. */
export class CreateSignIns1763900000000 implements MigrationInterface {
  readonly name = 'CreateSignIns1763900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await this.#widenUsers(queryRunner);
    await this.#createSignIns(queryRunner);
    await queryRunner.query(`
      CREATE TABLE one_time_tokens (
        id           uuid CONSTRAINT one_time_tokens_pkey PRIMARY KEY,
        purpose      text NOT NULL,
        user_id      uuid CONSTRAINT one_time_tokens_user_fk REFERENCES users (id) ON DELETE CASCADE,
        token_hash   bytea NOT NULL CONSTRAINT one_time_tokens_hash_key UNIQUE,
        browser_hash bytea,
        payload      jsonb NOT NULL,
        created_at   timestamptz(3) NOT NULL,
        expires_at   timestamptz(3) NOT NULL,
        used_at      timestamptz(3)
      )`);
    await queryRunner.query(`CREATE INDEX one_time_tokens_by_user ON one_time_tokens (user_id, purpose)`);
    await queryRunner.query(`CREATE INDEX one_time_tokens_by_expiry ON one_time_tokens (expires_at)`);
    await queryRunner.query(`
      CREATE TABLE sign_in_failures (
        key            bytea CONSTRAINT sign_in_failures_pkey PRIMARY KEY,
        failures       integer NOT NULL,
        last_failed_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`CREATE INDEX sign_in_failures_by_time ON sign_in_failures (last_failed_at)`);
    await this.#createSecondFactors(queryRunner);
    await queryRunner.query(`
      CREATE TABLE api_keys (
        id              uuid CONSTRAINT api_keys_pkey PRIMARY KEY,
        user_id         uuid NOT NULL CONSTRAINT api_keys_user_fk REFERENCES users (id) ON DELETE CASCADE,
        organisation_id uuid NOT NULL CONSTRAINT api_keys_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        name            text NOT NULL,
        key_hash        bytea NOT NULL CONSTRAINT api_keys_hash_key UNIQUE,
        hint            text NOT NULL,
        scopes          text[] NOT NULL,
        created_at      timestamptz(3) NOT NULL,
        expires_at      timestamptz(3),
        last_used_at    timestamptz(3),
        revoked_at      timestamptz(3)
      )`);
    await queryRunner.query(`CREATE INDEX api_keys_by_user ON api_keys (user_id, created_at)`);
    await queryRunner.query(`CREATE INDEX api_keys_by_organisation ON api_keys (organisation_id, created_at)`);
  }

  async #widenUsers(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE users
        ADD status text NOT NULL DEFAULT 'active' CONSTRAINT users_status_known CHECK (status IN ('active', 'suspended')),
        ADD installation_role text NOT NULL DEFAULT 'user'
            CONSTRAINT users_installation_role_known CHECK (installation_role IN ('owner', 'admin', 'user')),
        ADD email_verified_at timestamptz(3)`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX users_one_owner ON users (installation_role) WHERE installation_role = 'owner'`,
    );
    await queryRunner.query(`CREATE INDEX users_by_creation ON users (created_at, id)`);
    await queryRunner.query(`
      ALTER TABLE accounts
        ADD email text,
        ADD access_token_sealed text,
        ADD refresh_token_sealed text,
        ADD token_expires_at timestamptz(3),
        ADD token_scopes text,
        ADD last_used_at timestamptz(3)`);
  }

  async #createSignIns(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE sign_ins (
        id                  uuid CONSTRAINT sign_ins_pkey PRIMARY KEY,
        user_id             uuid NOT NULL CONSTRAINT sign_ins_user_fk REFERENCES users (id) ON DELETE CASCADE,
        organisation_id     uuid CONSTRAINT sign_ins_organisation_fk REFERENCES organisations (id) ON DELETE SET NULL,
        methods             text[] NOT NULL,
        user_agent          text NOT NULL,
        ip                  text,
        created_at          timestamptz(3) NOT NULL,
        authenticated_at    timestamptz(3) NOT NULL,
        last_used_at        timestamptz(3) NOT NULL,
        absolute_expires_at timestamptz(3) NOT NULL,
        ended_at            timestamptz(3),
        end_reason          text
      )`);
    await queryRunner.query(`CREATE INDEX sign_ins_by_user ON sign_ins (user_id, created_at)`);
    await queryRunner.query(`CREATE INDEX sign_ins_by_organisation ON sign_ins (organisation_id)`);
    await queryRunner.query(`CREATE INDEX sign_ins_by_expiry ON sign_ins (absolute_expires_at)`);
    await queryRunner.query(`
      INSERT INTO sign_ins (id, user_id, organisation_id, methods, user_agent, ip, created_at, authenticated_at,
                            last_used_at, absolute_expires_at, ended_at, end_reason)
      SELECT DISTINCT ON (family_id) family_id, user_id, organisation_id, ARRAY['password'], user_agent, ip,
             min(created_at) OVER family, min(created_at) OVER family, created_at, absolute_expires_at, revoked_at,
             CASE WHEN revoked_at IS NOT NULL THEN 'signed_out' END
        FROM session_tokens
      WINDOW family AS (PARTITION BY family_id)
       ORDER BY family_id, created_at DESC`);
    await queryRunner.query(`
      ALTER TABLE session_tokens
        DROP COLUMN user_id, DROP COLUMN organisation_id, DROP COLUMN revoked_at, DROP COLUMN absolute_expires_at,
        DROP COLUMN ip,
        ADD CONSTRAINT session_tokens_sign_in_fk FOREIGN KEY (family_id) REFERENCES sign_ins (id) ON DELETE CASCADE`);
    await queryRunner.query(`ALTER TABLE session_tokens RENAME COLUMN family_id TO sign_in_id`);
    await queryRunner.query(`ALTER INDEX session_tokens_by_family RENAME TO session_tokens_by_sign_in`);
  }

  async #createSecondFactors(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE totp_secrets (
        user_id       uuid CONSTRAINT totp_secrets_pkey PRIMARY KEY
                      CONSTRAINT totp_secrets_user_fk REFERENCES users (id) ON DELETE CASCADE,
        secret_sealed text NOT NULL,
        last_step     bigint,
        created_at    timestamptz(3) NOT NULL,
        confirmed_at  timestamptz(3)
      )`);
    await queryRunner.query(`
      CREATE TABLE recovery_codes (
        user_id    uuid NOT NULL CONSTRAINT recovery_codes_user_fk REFERENCES users (id) ON DELETE CASCADE,
        code_hash  bytea NOT NULL,
        created_at timestamptz(3) NOT NULL,
        used_at    timestamptz(3),
        CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, code_hash)
      )`);
    await queryRunner.query(`
      CREATE TABLE passkeys (
        id            uuid CONSTRAINT passkeys_pkey PRIMARY KEY,
        user_id       uuid NOT NULL CONSTRAINT passkeys_user_fk REFERENCES users (id) ON DELETE CASCADE,
        credential_id bytea NOT NULL CONSTRAINT passkeys_credential_key UNIQUE,
        public_key    bytea NOT NULL,
        counter       bigint NOT NULL,
        transports    text[] NOT NULL,
        name          text NOT NULL,
        is_backed_up  boolean NOT NULL,
        created_at    timestamptz(3) NOT NULL,
        last_used_at  timestamptz(3)
      )`);
    await queryRunner.query(`CREATE INDEX passkeys_by_user ON passkeys (user_id, created_at)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER INDEX session_tokens_by_sign_in RENAME TO session_tokens_by_family`);
    await queryRunner.query(`ALTER TABLE session_tokens RENAME COLUMN sign_in_id TO family_id`);
    // A sign-in without an organisation of its own cannot be told in the old form.
    await queryRunner.query(
      `DELETE FROM session_tokens WHERE family_id IN (SELECT id FROM sign_ins WHERE organisation_id IS NULL)`,
    );
    await queryRunner.query(`
      ALTER TABLE session_tokens
        DROP CONSTRAINT session_tokens_sign_in_fk,
        ADD user_id uuid CONSTRAINT session_tokens_user_fk REFERENCES users (id) ON DELETE CASCADE,
        ADD organisation_id uuid CONSTRAINT session_tokens_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        ADD ip text,
        ADD revoked_at timestamptz(3),
        ADD absolute_expires_at timestamptz(3)`);
    await queryRunner.query(`
      UPDATE session_tokens t
         SET user_id = s.user_id, organisation_id = s.organisation_id, ip = s.ip, revoked_at = s.ended_at,
             absolute_expires_at = s.absolute_expires_at
        FROM sign_ins s WHERE s.id = t.family_id`);
    await queryRunner.query(`
      ALTER TABLE session_tokens
        ALTER user_id SET NOT NULL, ALTER organisation_id SET NOT NULL, ALTER absolute_expires_at SET NOT NULL`);
    await queryRunner.query(`CREATE INDEX session_tokens_by_user ON session_tokens (user_id)`);
    await queryRunner.query(`CREATE INDEX session_tokens_by_organisation ON session_tokens (organisation_id)`);
    const tables = ['api_keys', 'passkeys', 'recovery_codes', 'totp_secrets', 'sign_in_failures', 'one_time_tokens'];
    for (const table of [...tables, 'sign_ins']) await queryRunner.query(`DROP TABLE ${table}`);
    await queryRunner.query(`
      ALTER TABLE accounts
        DROP COLUMN email, DROP COLUMN access_token_sealed, DROP COLUMN refresh_token_sealed,
        DROP COLUMN token_expires_at, DROP COLUMN token_scopes, DROP COLUMN last_used_at`);
    await queryRunner.query(`DROP INDEX users_by_creation`);
    await queryRunner.query(`
      ALTER TABLE users DROP COLUMN status, DROP COLUMN installation_role, DROP COLUMN email_verified_at`);
  }
}
