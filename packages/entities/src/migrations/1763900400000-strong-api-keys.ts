import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A key is as strong as the sign-in that made it: where administrators need two factors, one of a password is not enough. */
export class StrongApiKeys1763900400000 implements MigrationInterface {
  readonly name = 'StrongApiKeys1763900400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE api_keys ADD is_strong boolean NOT NULL DEFAULT false`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE api_keys DROP COLUMN is_strong`);
  }
}
