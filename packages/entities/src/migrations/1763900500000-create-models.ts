import type { MigrationInterface, QueryRunner } from 'typeorm';

const own = 'organisation_id = atelier_organisation()';
/** People's statements reach their organisation's chains; those of the installation are read by the program for them. */
const secured = {
  model_chains: own,
  model_chain_entries: `(SELECT c.organisation_id FROM model_chains c WHERE c.id = chain_id) = atelier_organisation()`,
} as const;

/** Providers of language models, their models, who may use them, and chains of models that stand in for each other. */
export class CreateModels1763900500000 implements MigrationInterface {
  readonly name = 'CreateModels1763900500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await this.#createProviders(queryRunner);
    await this.#createChains(queryRunner);
    for (const [table, policy] of Object.entries(secured)) {
      await queryRunner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO atelier_member`);
      await queryRunner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await queryRunner.query(
        `CREATE POLICY ${table}_of_organisation ON ${table} TO atelier_member USING (${policy}) WITH CHECK (${policy})`,
      );
    }
  }

  async #createProviders(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE model_providers (
        id         uuid CONSTRAINT model_providers_pkey PRIMARY KEY,
        name       text NOT NULL,
        kind       text NOT NULL CONSTRAINT model_providers_kind_known
                   CHECK (kind IN ('openai', 'anthropic', 'google', 'openai_compatible')),
        preset     text,
        base_url   text NOT NULL,
        key_sealed text,
        key_last4  text,
        is_enabled boolean NOT NULL DEFAULT true,
        access     text NOT NULL CONSTRAINT model_providers_access_known CHECK (access IN ('everyone', 'some')),
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT model_providers_hint_has_key CHECK (key_last4 IS NULL OR key_sealed IS NOT NULL)
      )`);
    await queryRunner.query(`
      CREATE TABLE model_provider_access (
        provider_id     uuid NOT NULL
                        CONSTRAINT model_provider_access_provider_fk REFERENCES model_providers (id) ON DELETE CASCADE,
        organisation_id uuid NOT NULL
                        CONSTRAINT model_provider_access_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        CONSTRAINT model_provider_access_pkey PRIMARY KEY (provider_id, organisation_id)
      )`);
    await queryRunner.query(
      `CREATE INDEX model_provider_access_by_organisation ON model_provider_access (organisation_id)`,
    );
    await queryRunner.query(`
      CREATE TABLE models (
        id                uuid CONSTRAINT models_pkey PRIMARY KEY,
        provider_id       uuid NOT NULL
                          CONSTRAINT models_provider_fk REFERENCES model_providers (id) ON DELETE CASCADE,
        name              text NOT NULL,
        label             text NOT NULL,
        context_window    integer,
        max_output_tokens integer,
        price             jsonb,
        features          jsonb NOT NULL,
        is_enabled        boolean NOT NULL DEFAULT true,
        created_at        timestamptz(3) NOT NULL,
        CONSTRAINT models_name_key UNIQUE (provider_id, name)
      )`);
  }

  async #createChains(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE model_chains (
        id              uuid CONSTRAINT model_chains_pkey PRIMARY KEY,
        organisation_id uuid
                        CONSTRAINT model_chains_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        name            text NOT NULL,
        is_default      boolean NOT NULL DEFAULT false,
        created_at      timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`CREATE INDEX model_chains_by_organisation ON model_chains (organisation_id, created_at)`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX model_chains_one_default ON model_chains (organisation_id) WHERE is_default`,
    );
    // Of several rows without an organisation PostgreSQL takes none for the same as another.
    await queryRunner.query(
      `CREATE UNIQUE INDEX model_chains_one_installation_default ON model_chains (is_default)
        WHERE is_default AND organisation_id IS NULL`,
    );
    await queryRunner.query(`
      CREATE TABLE model_chain_entries (
        chain_id uuid NOT NULL
                 CONSTRAINT model_chain_entries_chain_fk REFERENCES model_chains (id) ON DELETE CASCADE,
        position smallint NOT NULL,
        model_id uuid NOT NULL
                 CONSTRAINT model_chain_entries_model_fk REFERENCES models (id) ON DELETE CASCADE,
        CONSTRAINT model_chain_entries_pkey PRIMARY KEY (chain_id, position),
        CONSTRAINT model_chain_entries_model_key UNIQUE (chain_id, model_id)
      )`);
    await queryRunner.query(`CREATE INDEX model_chain_entries_by_model ON model_chain_entries (model_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['model_chain_entries', 'model_chains', 'models', 'model_provider_access', 'model_providers']) {
      await queryRunner.query(`DROP TABLE ${table}`);
    }
  }
}
