import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People, how they sign in, and the organisations they belong to. */
export class CreateIdentity1763667000000 implements MigrationInterface {
  readonly name = 'CreateIdentity1763667000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE users (
        id         uuid CONSTRAINT users_pkey PRIMARY KEY,
        email      text NOT NULL,
        name       text NOT NULL,
        created_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`CREATE UNIQUE INDEX users_email_key ON users (lower(email))`);
    await queryRunner.query(`
      CREATE TABLE accounts (
        id            uuid CONSTRAINT accounts_pkey PRIMARY KEY,
        user_id       uuid NOT NULL CONSTRAINT accounts_user_fk REFERENCES users (id) ON DELETE CASCADE,
        provider      text NOT NULL CONSTRAINT accounts_provider_known CHECK (provider IN ('password', 'google', 'github', 'oidc')),
        issuer        text NOT NULL,
        subject       text NOT NULL,
        password_hash text,
        created_at    timestamptz(3) NOT NULL,
        CONSTRAINT accounts_identity_key UNIQUE (issuer, subject)
      )`);
    await queryRunner.query(`CREATE INDEX accounts_by_user ON accounts (user_id)`);
    await queryRunner.query(`
      CREATE TABLE organisations (
        id               uuid CONSTRAINT organisations_pkey PRIMARY KEY,
        name             text NOT NULL,
        kind             text NOT NULL CONSTRAINT organisations_kind_known CHECK (kind IN ('personal', 'shared')),
        personal_user_id uuid CONSTRAINT organisations_personal_user_fk REFERENCES users (id) ON DELETE CASCADE,
        created_at       timestamptz(3) NOT NULL,
        CONSTRAINT organisations_personal_user_key UNIQUE (personal_user_id),
        CONSTRAINT organisations_personal_has_user CHECK ((kind = 'personal') = (personal_user_id IS NOT NULL))
      )`);
    await queryRunner.query(`
      CREATE TABLE memberships (
        organisation_id uuid NOT NULL CONSTRAINT memberships_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        user_id         uuid NOT NULL CONSTRAINT memberships_user_fk REFERENCES users (id) ON DELETE CASCADE,
        role            text NOT NULL CONSTRAINT memberships_role_known CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
        created_at      timestamptz(3) NOT NULL,
        CONSTRAINT memberships_pkey PRIMARY KEY (organisation_id, user_id)
      )`);
    await queryRunner.query(`CREATE INDEX memberships_by_user ON memberships (user_id)`);
    await queryRunner.query(`
      CREATE TABLE session_tokens (
        id                  uuid CONSTRAINT session_tokens_pkey PRIMARY KEY,
        family_id           uuid NOT NULL,
        user_id             uuid NOT NULL CONSTRAINT session_tokens_user_fk REFERENCES users (id) ON DELETE CASCADE,
        organisation_id     uuid NOT NULL
                            CONSTRAINT session_tokens_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        token_hash          bytea NOT NULL CONSTRAINT session_tokens_hash_key UNIQUE,
        user_agent          text NOT NULL,
        ip                  text,
        created_at          timestamptz(3) NOT NULL,
        rotated_at          timestamptz(3),
        revoked_at          timestamptz(3),
        expires_at          timestamptz(3) NOT NULL,
        absolute_expires_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`CREATE INDEX session_tokens_by_family ON session_tokens (family_id)`);
    await queryRunner.query(`CREATE INDEX session_tokens_by_user ON session_tokens (user_id)`);
    await queryRunner.query(`CREATE INDEX session_tokens_by_organisation ON session_tokens (organisation_id)`);
    await queryRunner.query(`CREATE INDEX session_tokens_by_expiry ON session_tokens (expires_at)`);
    await queryRunner.query(`
      CREATE TABLE oauth_states (
        id           uuid CONSTRAINT oauth_states_pkey PRIMARY KEY,
        state_hash   bytea NOT NULL CONSTRAINT oauth_states_hash_key UNIQUE,
        provider     text NOT NULL,
        verifier     text NOT NULL,
        nonce        text,
        return_path  text NOT NULL,
        browser_hash bytea NOT NULL,
        created_at   timestamptz(3) NOT NULL,
        expires_at   timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`CREATE INDEX oauth_states_by_expiry ON oauth_states (expires_at)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['oauth_states', 'session_tokens', 'memberships', 'organisations', 'accounts', 'users']) {
      await queryRunner.query(`DROP TABLE ${table}`);
    }
  }
}
