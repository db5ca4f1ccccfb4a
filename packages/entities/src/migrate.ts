import { MigrationExecutor } from 'typeorm';
import { AnsweringClient } from './answering-client.ts';
import type { Database } from './database.ts';

/** Any number nobody else uses: the lock that makes processes that start together migrate one after another. */
const lock = 4_172_001;

/**
 * Brings the schema up to date. Safe to call from several processes at once. Returns the names of what was run.
 * Lock and migrations share one connection, whose statements may take as long as a large table needs.
 */
export async function migrate(db: Database): Promise<readonly string[]> {
  const runner = db.dataSource.createQueryRunner();
  const client: unknown = await runner.connect();
  if (client instanceof AnsweringClient) client.isPatient = true;
  try {
    await runner.query('SET statement_timeout = 0');
    await runner.query('SELECT pg_advisory_lock($1)', [lock]);
    try {
      const executor = new MigrationExecutor(db.dataSource, runner);
      executor.transaction = 'all';
      const ran = await executor.executePendingMigrations();
      return ran.map((migration) => migration.name);
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1)', [lock]);
      await runner.query('RESET statement_timeout');
    }
  } finally {
    if (client instanceof AnsweringClient) client.isPatient = false;
    await runner.release();
  }
}

/** Takes the last migration back. For development: in production a mistake is mended by the next migration. */
export async function revertLast(db: Database): Promise<void> {
  await db.dataSource.undoLastMigration();
}
