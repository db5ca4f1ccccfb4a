import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An answer that was asked for again of somebody else: who that is stays with the run, whoever works on it. */
export class ChooseModelsForRuns1764000331000 implements MigrationInterface {
  readonly name = 'ChooseModelsForRuns1764000331000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE runs
        ADD chosen_model_id uuid CONSTRAINT runs_chosen_model_fk REFERENCES models (id) ON DELETE SET NULL,
        ADD chosen_chain_id uuid CONSTRAINT runs_chosen_chain_fk REFERENCES model_chains (id) ON DELETE SET NULL,
        ADD chosen_name text,
        ADD CONSTRAINT runs_one_choice CHECK (chosen_model_id IS NULL OR chosen_chain_id IS NULL)`);
    await queryRunner.query(`CREATE INDEX runs_by_chosen_model ON runs (chosen_model_id)`);
    await queryRunner.query(`CREATE INDEX runs_by_chosen_chain ON runs (chosen_chain_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE runs DROP chosen_model_id, DROP chosen_chain_id, DROP chosen_name`);
  }
}
