import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type pg from 'pg';
import { PgBoss } from 'pg-boss';
import type { Logger } from '../telemetry/logger.ts';

/** The queues there are, and what a job of each carries. */
export interface Jobs {
  readonly run: { readonly runId: string };
}
export type JobName = keyof Jobs;

const names: readonly JobName[] = ['run'];

export interface JobQueueOptions {
  readonly db: Database;
  readonly pool: pg.Pool;
  readonly log: Logger;
  /** Whether this process maintains the queue's own tables. */
  readonly isWorker: boolean;
}

/** pg-boss on our own pool: a job is sent in the transaction of the fact it belongs to. */
export class JobQueue {
  readonly #boss: PgBoss;
  readonly #db: Database;

  constructor(options: JobQueueOptions) {
    const { pool, log } = options;
    this.#db = options.db;
    this.#boss = new PgBoss({
      db: { executeSql: async (text, values) => await pool.query(text, values) },
      schema: 'jobs',
      useListenNotify: false,
      supervise: options.isWorker,
      schedule: false,
      migrate: true,
    });
    this.#boss.on('error', (error: unknown) => log.warn({ error }, 'the job queue met an error; it goes on by itself'));
  }

  async start(): Promise<void> {
    await this.#boss.start();
    for (const name of names) {
      await this.#boss.createQueue(name, {
        retryLimit: 3,
        retryDelay: 1,
        expireInSeconds: 60,
        deleteAfterSeconds: 3600,
      });
    }
  }

  async send<T extends JobName>(op: Operation, name: T, data: Jobs[T]): Promise<void> {
    await this.#boss.send(name, data, { db: this.#db.sqlExecutor(op) });
  }

  /** Calls `handler` for each job. A job whose handler fails is tried again. */
  async work<T extends JobName>(name: T, handler: (data: Jobs[T]) => Promise<void>): Promise<void> {
    await this.#boss.work<Jobs[T]>(name, { batchSize: 50, pollingIntervalSeconds: 1 }, async (jobs) => {
      for (const job of jobs) await handler(job.data);
    });
  }

  async stop(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false });
  }
}
