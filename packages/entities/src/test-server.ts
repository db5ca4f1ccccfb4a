import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { Database } from './database.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { migrate } from './migrate.ts';

/** Where the databases of one test run are. Plain data: it travels to the workers. */
export interface TestServerAddress {
  readonly host: string;
  readonly user: string;
  /** The migrated database that the others are copies of. */
  readonly template: string;
}

export interface TestServer {
  readonly address: TestServerAddress;
  readonly directory: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const template = 'atelier_template';

/** Waits for the end of its input, which comes however its starter ends, then ends the server and removes its folder. */
const guardScript = `
  cat >/dev/null
  file="$1/cluster/postmaster.pid"
  pid=$(head -n 1 "$file" 2>/dev/null) && [ -n "$pid" ] && kill -QUIT "$pid"
  n=0
  while [ -e "$file" ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
  rm -rf "$1"`;

/**
 * A PostgreSQL of its own for one test run, in a fresh folder, without fsync, migrated once into a template. It is gone
 * after `stop`, and also when this process is killed.
 */
export async function startTestServer(): Promise<TestServer> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'atelier-test-'));
  const guard = spawn('sh', ['-c', guardScript, 'guard', directory], {
    detached: true, // Ctrl-C ends its starter, not the guard
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  const ended = once(guard, 'exit');
  const stop = async () => {
    guard.stdin.end();
    await ended;
  };
  try {
    const { host, user, database, pid } = await startEmbeddedPostgres({ directory, isThrowAway: true });
    await onServer({ host, user, database }, async (client) => {
      await client.query(`CREATE DATABASE ${template}`);
      const db = await Database.connect({ host, user, database: template, poolSize: 2 });
      await migrate(db);
      await db.close();
      await client.query(`ALTER DATABASE ${template} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    });
    return { address: { host, user, template }, directory, pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One connection for one piece of work. */
export async function onServer<T>(config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
