import path from 'node:path';
import { AnsweringClient } from '@atelier/entities/answering-client';
import { type ConnectionOptions, Database, rowTypes } from '@atelier/entities/database';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@atelier/entities/embedded-postgres';
import { isProcessAlive } from '@atelier/entities/process-alive';
import pg from 'pg';
import type { Logger } from '../telemetry/logger.ts';

/** PostgreSQL as one process uses it. */
export interface Postgres {
  readonly db: Database;
  /** For statements that bypass TypeORM: the group commit and the job queue. */
  readonly pool: pg.Pool;
  readonly connection: pg.ClientConfig;
  /** For people: where the data lies. */
  readonly description: string;
  close(): Promise<void>;
}

/** Opens the served PostgreSQL when there is a URL, else starts or joins the embedded one. */
export async function openPostgres(opts: {
  readonly databaseUrl: string | null;
  readonly dataDirectory: string;
  readonly log: Logger;
}): Promise<Postgres> {
  const { databaseUrl, dataDirectory, log } = opts;
  const start = () => startEmbeddedPostgres({ directory: path.join(dataDirectory, 'postgres') });
  const embedded = databaseUrl ? null : await start();
  const watch = embedded ? watchEmbedded(embedded, start, log) : null;
  const options: ConnectionOptions = embedded ?? { url: databaseUrl ?? '' };
  const connection: pg.ClientConfig = embedded
    ? { host: embedded.host, user: embedded.user, database: embedded.database }
    : { connectionString: databaseUrl ?? '' };

  const db = await Database.connect({ ...options, poolSize: 12 });
  const pool = new pg.Pool({
    ...connection,
    Client: AnsweringClient,
    max: 4,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 5000,
    statement_timeout: 10_000,
    types: rowTypes,
  });
  // A connection that breaks while idle is replaced when the next one is needed.
  pool.on('error', (error) => log.warn({ error }, 'an idle database connection broke'));
  return {
    db,
    pool,
    connection,
    description: embedded ? 'embedded PostgreSQL' : 'the PostgreSQL of DATABASE_URL',
    async close() {
      await watch?.stop();
      const isShared = embedded !== null && (await hasOtherClients(pool).catch(() => true));
      await pool.end();
      await db.close();
      // A worker or a second server may use the same embedded server: the last one stops it.
      if (embedded && !isShared) await embedded.stop();
    },
  };
}

/** The embedded server has nobody else to start it again when it dies. */
function watchEmbedded(embedded: EmbeddedPostgres, start: () => Promise<EmbeddedPostgres>, log: Logger) {
  let { pid } = embedded;
  let starting: Promise<void> | null = null;
  const timer = setInterval(() => {
    if (isProcessAlive(pid)) return;
    starting ??= start()
      .then((started) => {
        pid = started.pid;
        log.warn({ pid }, 'the embedded PostgreSQL had died and runs again');
      })
      .catch((error: unknown) => log.error({ error }, 'the embedded PostgreSQL has died and does not start'))
      .finally(() => {
        starting = null;
      });
  }, 500);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await starting;
    },
  };
}

async function hasOtherClients(pool: pg.Pool): Promise<boolean> {
  const result = await pool.query<{ others: boolean }>(
    `SELECT count(*) > 0 AS others FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND application_name = 'atelier-hints'`,
  );
  return result.rows[0]?.others ?? true;
}
