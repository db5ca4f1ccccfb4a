import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { Database, rowTypes } from './database.ts';
import type {} from './test-global-setup.ts';
import { onServer } from './test-server.ts';

/** A database that nobody else uses, from the migrated template. For tests only. */
export interface TestDatabase extends AsyncDisposable {
  /** Good for `DATABASE_URL`. The host is the folder of a socket, percent-encoded. */
  readonly url: string;
  readonly connection: pg.ClientConfig;
  readonly db: Database;
  /** For statements that bypass TypeORM, with the row types of the server's pool. */
  readonly pool: pg.Pool;
  /** Closes every connection and drops the database. A second call does nothing. */
  close(): Promise<void>;
}

/**
 * Needs `test-global-setup.ts` in the `globalSetup` of the vitest.config.ts. Either `await using t = await
 * createTestDatabase()` in a test, or once a file with `close()` in `afterAll`.
 */
export async function createTestDatabase(
  options: {
    /** Without our schema, for tests of migrations. */
    readonly isEmpty?: boolean;
    readonly poolSize?: number;
  } = {},
): Promise<TestDatabase> {
  const { host, user, template } = inject('postgres');
  const maintenance = { host, user, database: 'postgres' };
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  const source = options.isEmpty ? 'template0' : template;
  await onServer(maintenance, (client) => client.query(`CREATE DATABASE ${database} TEMPLATE ${source}`));

  const connection = { host, user, database };
  const url = `postgresql://${user}@${encodeURIComponent(host)}/${database}`;
  const db = await Database.connect({ url, poolSize: options.poolSize ?? 10 });
  if (!options.isEmpty) await db.openToMembers();
  const pool = new pg.Pool({ ...connection, max: 4, types: rowTypes });
  let closed: Promise<void> | null = null;

  async function close(): Promise<void> {
    await Promise.all([db.close(), pool.end()]);
    await onServer(maintenance, async (client) => {
      await left(client, database);
      await client.query(`DROP DATABASE ${database} WITH (FORCE)`);
    });
  }
  const closeOnce = () => (closed ??= close());
  return { url, connection, db, pool, close: closeOnce, [Symbol.asyncDispose]: closeOnce };
}

/**
 * Waits a second at most until nobody is connected. Pools say they have ended while their connections still close, and
 * one that is cut off then throws where nobody catches it.
 */
async function left(client: pg.Client, database: string): Promise<void> {
  for (const until = Date.now() + 1000; Date.now() < until; ) {
    const { rowCount } = await client.query('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [database]);
    if (rowCount === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
