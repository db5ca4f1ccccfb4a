import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A queued message can be meant for the answer that is being written: its run names the one whose answer is to read it.
 * It is looked for among what is queued, which has its index. There is no foreign key: runs go with their session and all
 * at once, and a name that leads nowhere steers nothing.
 */
export class SteerRuns1764000320000 implements MigrationInterface {
  readonly name = 'SteerRuns1764000320000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE runs ADD steers uuid`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE runs DROP COLUMN steers`);
  }
}
