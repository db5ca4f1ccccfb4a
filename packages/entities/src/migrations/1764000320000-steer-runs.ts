import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A queued message can be meant for the answer that is being written: its run names the one whose answer is to read it.
 * There is no foreign key: runs go with their session and all at once, and a name that leads nowhere steers nothing.
 */
export class SteerRuns1764000320000 implements MigrationInterface {
  readonly name = 'SteerRuns1764000320000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE runs ADD steers uuid`);
    // Asked before every step of every run.
    await queryRunner.query(`CREATE INDEX runs_steering ON runs (steers) WHERE steers IS NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX runs_steering`);
    await queryRunner.query(`ALTER TABLE runs DROP COLUMN steers`);
  }
}
