import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How full the model's window was when a run last heard of it. Runs from before say nothing. */
export class TellHowFullWindowsAre1764000330000 implements MigrationInterface {
  readonly name = 'TellHowFullWindowsAre1764000330000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE runs ADD context_tokens integer, ADD context_window integer`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE runs DROP COLUMN context_window, DROP COLUMN context_tokens`);
  }
}
