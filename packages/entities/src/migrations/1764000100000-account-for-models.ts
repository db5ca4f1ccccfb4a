import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who answers in a session, what it takes and may take, and how providers have answered. */
export class AccountForModels1764000100000 implements MigrationInterface {
  readonly name = 'AccountForModels1764000100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await this.#chooseModels(queryRunner);
    await this.#countUsage(queryRunner);
    await this.#createBudgets(queryRunner);
    await queryRunner.query(`
      CREATE TABLE provider_health (
        provider_id      uuid CONSTRAINT provider_health_pkey PRIMARY KEY
                         CONSTRAINT provider_health_provider_fk REFERENCES model_providers (id) ON DELETE CASCADE,
        last_answered_at timestamptz(3),
        last_failed_at   timestamptz(3),
        last_error       text,
        rests_until      timestamptz(3)
      )`);
  }

  async #chooseModels(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE agent_sessions
        ADD model_id uuid CONSTRAINT agent_sessions_model_fk REFERENCES models (id) ON DELETE SET NULL,
        ADD chain_id uuid CONSTRAINT agent_sessions_chain_fk REFERENCES model_chains (id) ON DELETE SET NULL,
        ADD model_name text,
        ADD CONSTRAINT agent_sessions_one_choice CHECK (model_id IS NULL OR chain_id IS NULL)`);
    await queryRunner.query(`CREATE INDEX agent_sessions_by_model ON agent_sessions (model_id)`);
    await queryRunner.query(`CREATE INDEX agent_sessions_by_chain ON agent_sessions (chain_id)`);
  }

  async #countUsage(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE daily_usage (
        organisation_id     uuid NOT NULL
                            CONSTRAINT daily_usage_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        user_id             uuid NOT NULL CONSTRAINT daily_usage_user_fk REFERENCES users (id) ON DELETE CASCADE,
        day                 date NOT NULL,
        provider            text NOT NULL,
        model               text NOT NULL,
        label               text NOT NULL,
        calls               integer NOT NULL DEFAULT 0,
        unpriced_calls      integer NOT NULL DEFAULT 0,
        input_tokens        bigint NOT NULL DEFAULT 0,
        output_tokens       bigint NOT NULL DEFAULT 0,
        cached_input_tokens bigint NOT NULL DEFAULT 0,
        reasoning_tokens    bigint NOT NULL DEFAULT 0,
        cost                bigint NOT NULL DEFAULT 0,
        CONSTRAINT daily_usage_pkey PRIMARY KEY (organisation_id, user_id, day, provider, model)
      )`);
    await queryRunner.query(`CREATE INDEX daily_usage_by_day ON daily_usage (organisation_id, day)`);
    await queryRunner.query(`CREATE INDEX daily_usage_by_user ON daily_usage (user_id)`);
    // People read what was spent. Only the program counts.
    await queryRunner.query(`GRANT SELECT ON daily_usage TO atelier_member`);
    await this.#secure(queryRunner, 'daily_usage');
  }

  async #createBudgets(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE budgets (
        id              uuid CONSTRAINT budgets_pkey PRIMARY KEY,
        organisation_id uuid NOT NULL CONSTRAINT budgets_organisation_fk REFERENCES organisations (id) ON DELETE CASCADE,
        scope           text NOT NULL
                        CONSTRAINT budgets_scope_known CHECK (scope IN ('organisation', 'each_member', 'member')),
        user_id         uuid CONSTRAINT budgets_user_fk REFERENCES users (id) ON DELETE CASCADE,
        monthly_cost    bigint,
        daily_tokens    bigint,
        CONSTRAINT budgets_member_named CHECK ((scope = 'member') = (user_id IS NOT NULL)),
        CONSTRAINT budgets_not_empty CHECK (monthly_cost IS NOT NULL OR daily_tokens IS NOT NULL)
      )`);
    await queryRunner.query(`CREATE INDEX budgets_by_organisation ON budgets (organisation_id)`);
    await queryRunner.query(`CREATE INDEX budgets_by_user ON budgets (user_id)`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX budgets_of_all ON budgets (organisation_id, scope) WHERE user_id IS NULL`,
    );
    await queryRunner.query(
      `CREATE UNIQUE INDEX budgets_of_one ON budgets (organisation_id, user_id) WHERE user_id IS NOT NULL`,
    );
    await queryRunner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON budgets TO atelier_member`);
    await this.#secure(queryRunner, 'budgets');
  }

  async #secure(queryRunner: QueryRunner, table: string): Promise<void> {
    const own = 'organisation_id = atelier_organisation()';
    await queryRunner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
    await queryRunner.query(
      `CREATE POLICY ${table}_of_organisation ON ${table} TO atelier_member USING (${own}) WITH CHECK (${own})`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['provider_health', 'budgets', 'daily_usage']) {
      await queryRunner.query(`DROP TABLE ${table}`);
    }
    await queryRunner.query(`ALTER TABLE agent_sessions DROP model_id, DROP chain_id, DROP model_name`);
  }
}
