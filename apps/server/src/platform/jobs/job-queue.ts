import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type pg from 'pg';
import { PgBoss, type QueueOptions } from 'pg-boss';
import type { Logger } from '../telemetry/logger.ts';

/** The queues there are, and what a job of each carries. */
export interface Jobs {
  readonly run: { readonly runId: string; readonly sessionId: string };
  /** Sealed: it holds links and addresses. */
  readonly mail: { readonly id: string; readonly sealed: string };
}
export type JobName = keyof Jobs;

/** Which try of a job this is, from 1. */
export interface Attempt {
  readonly number: number;
  readonly isLast: boolean;
}

const queues: Readonly<Record<JobName, QueueOptions>> = {
  run: { retryLimit: 3, retryDelay: 1, expireInSeconds: 60, deleteAfterSeconds: 3600 },
  // Five tries within about eight minutes: a link in a mail is good for thirty.
  mail: { retryLimit: 4, retryDelay: 30, retryBackoff: true, expireInSeconds: 180, deleteAfterSeconds: 3600 },
};
const names = Object.keys(queues) as JobName[]; // the keys of a record of all names
/** How long a stop waits for jobs that others would do a second time. */
const stopWithinMs = 10_000;

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
  readonly #separate = new Set<JobName>();

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
      await this.#boss.createQueue(name, queues[name]);
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

  /** Calls `handler` for each job by itself, twenty at once at most: one that fails is tried again alone. */
  async workEach<T extends JobName>(
    name: T,
    handler: (data: Jobs[T], attempt: Attempt) => Promise<void>,
  ): Promise<void> {
    this.#separate.add(name);
    const options = { batchSize: 20, pollingIntervalSeconds: 1, includeMetadata: true, perJobResults: true } as const;
    await this.#boss.work<Jobs[T], unknown, typeof options>(name, options, async (jobs) =>
      Promise.all(
        jobs.map(async ({ id, data, retryCount, retryLimit }) => {
          const attempt = { number: retryCount + 1, isLast: retryCount >= retryLimit };
          const isDone = await handler(data, attempt).then(
            () => true,
            () => false,
          );
          // Nothing of the error is kept in the queue's table: it could hold what the job's data hides.
          return { id, status: isDone ? ('completed' as const) : ('failed' as const), output: {} };
        }),
      ),
    );
  }

  async stop(): Promise<void> {
    const done = Promise.all([...this.#separate].map((name) => this.#boss.offWork(name, { wait: true })));
    const timer = new AbortController();
    await Promise.race([done, sleep(stopWithinMs, undefined, { ref: false, signal: timer.signal })]);
    timer.abort();
    await this.#boss.stop({ graceful: false, close: false });
  }
}
