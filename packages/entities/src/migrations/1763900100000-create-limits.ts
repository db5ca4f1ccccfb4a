import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was used of each limit, and who holds how many sockets. The counters are unlogged: they change often, and
 * nobody minds when a crash forgets them. Open sockets outlive a crash of PostgreSQL, so their table is an ordinary one.
 */
export class CreateLimits1763900100000 implements MigrationInterface {
  readonly name = 'CreateLimits1763900100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE UNLOGGED TABLE rate_limits (
        key    text CONSTRAINT rate_limits_pkey PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      )`);
    await queryRunner.query(`CREATE INDEX rate_limits_by_expire ON rate_limits (expire)`);
    await queryRunner.query(`
      CREATE TABLE socket_servers (
        id         uuid CONSTRAINT socket_servers_pkey PRIMARY KEY,
        expires_at timestamptz(3) NOT NULL
      )`);
    await queryRunner.query(`CREATE INDEX socket_servers_by_expiry ON socket_servers (expires_at)`);
    await queryRunner.query(`
      CREATE TABLE socket_leases (
        id        uuid CONSTRAINT socket_leases_pkey PRIMARY KEY,
        user_id   uuid NOT NULL CONSTRAINT socket_leases_user_fk REFERENCES users (id) ON DELETE CASCADE,
        server_id uuid NOT NULL CONSTRAINT socket_leases_server_fk REFERENCES socket_servers (id) ON DELETE CASCADE
      )`);
    await queryRunner.query(`CREATE INDEX socket_leases_by_user ON socket_leases (user_id)`);
    await queryRunner.query(`CREATE INDEX socket_leases_by_server ON socket_leases (server_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE socket_leases`);
    await queryRunner.query(`DROP TABLE socket_servers`);
    await queryRunner.query(`DROP TABLE rate_limits`);
  }
}
