import 'reflect-metadata';
import pg from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { isTransient } from './database-errors.ts';
import { entities } from './entities.ts';
import { migrations } from './migrations/index.ts';
import type { Operation, Transaction } from './operation.ts';
import { preparingPg } from './prepared-statements.ts';

export interface ConnectionOptions {
  readonly url?: string;
  readonly host?: string;
  readonly user?: string;
  readonly database?: string;
  readonly poolSize?: number;
}

interface OpenTransaction {
  readonly manager: EntityManager;
  readonly afterCommit: (() => void)[];
}

interface Committed<T> {
  readonly result: T;
  readonly afterCommit: readonly (() => void)[];
}

const maxTries = 3;
const int8 = 20;

/** Rows come back with `bigint` as number: positions of a log stay far below 2^53. */
export const rowTypes = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format),
} as pg.CustomTypesConfig; // pg types the parser by overloads that a function value cannot satisfy

/** The only way to PostgreSQL for services and repositories. */
export class Database {
  readonly dataSource: DataSource;
  readonly #open = new WeakMap<Transaction, OpenTransaction>();

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  /** A pool with bounded waiting: a statement ends within ten seconds, a connection is had within five or not at all. */
  static async connect(options: ConnectionOptions): Promise<Database> {
    const { url, host, user, database, poolSize = 10 } = options;
    const dataSource = new DataSource({
      type: 'postgres',
      ...(url ? { url } : { host, username: user, database }),
      entities: [...entities],
      migrations: [...migrations],
      migrationsTransactionMode: 'all',
      invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
      driver: preparingPg,
      poolSize,
      connectTimeoutMS: 5000,
      extra: { statement_timeout: 10_000, idleTimeoutMillis: 30_000, types: rowTypes },
    });
    return new Database(await dataSource.initialize());
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }

  /**
   * Joins the operation's transaction or opens one, so that a nested call can never commit early. An outermost
   * transaction that lost against another (serialisation failure, deadlock) is tried again, three times at most.
   */
  async transaction<T>(op: Operation, work: (op: Operation) => Promise<T>): Promise<T> {
    if (op.tx) return await work(op);
    const { result, afterCommit } = await this.#tried(op, work);
    runAll(afterCommit);
    return result;
  }

  /** For repositories only. A query that outlives its transaction fails here instead of running outside it. */
  managerFor(op: Operation): EntityManager {
    if (!op.tx) return this.dataSource.manager;
    return this.#transactionOf(op.tx).manager;
  }

  /** Rows of a statement, for repositories only. */
  async query<T>(op: Operation, sql: string, values: readonly unknown[]): Promise<T[]> {
    // The caller names the shape of the rows its own SQL selects. TypeORM answers UPDATE and DELETE with [rows, count].
    const result: unknown = await this.managerFor(op).query(sql, [...values]);
    const isPair =
      Array.isArray(result) && result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number';
    return (isPair ? result[0] : result) as T[];
  }

  /** Runs `work` once the outermost transaction has committed, never when it rolled back; at once outside of one. */
  afterCommit(op: Operation, work: () => void): void {
    if (op.tx) this.#transactionOf(op.tx).afterCommit.push(work);
    else work();
  }

  /** The operation's connection in the form that pg-boss takes, so that a job commits with the fact it belongs to. */
  sqlExecutor(op: Operation): {
    executeSql(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  } {
    return { executeSql: async (text, values) => ({ rows: await this.query(op, text, values ?? []) }) };
  }

  async #tried<T>(op: Operation, work: (op: Operation) => Promise<T>): Promise<Committed<T>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#outermost(op, work);
      } catch (error) {
        if (!isTransient(error) || attempt === maxTries) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt));
      }
    }
  }

  async #outermost<T>(op: Operation, work: (op: Operation) => Promise<T>): Promise<Committed<T>> {
    const afterCommit: (() => void)[] = [];
    const result = await this.dataSource.transaction(async (manager) => {
      const tx: Transaction = Object.freeze({ isTransaction: true as const });
      this.#open.set(tx, { manager, afterCommit });
      try {
        const result = await work({ ...op, tx });
        await refuseAborted(manager);
        return result;
      } finally {
        this.#open.delete(tx);
      }
    });
    return { result, afterCommit };
  }

  #transactionOf(tx: Transaction): OpenTransaction {
    const open = this.#open.get(tx);
    if (!open) throw new Error('The transaction has already ended.');
    return open;
  }
}

/**
 * PostgreSQL answers the COMMIT of a transaction in which a statement failed with a silent ROLLBACK. Work that swallowed
 * the failure would look committed and was not. https://www.postgresql.org/docs/current/sql-commit.html
 */
async function refuseAborted(manager: EntityManager): Promise<void> {
  const client: pg.PoolClient | undefined = await manager.queryRunner?.connect();
  if (!client) return;
  // A failure is told before the server says where that leaves the transaction: then an empty statement waits for it.
  if (Reflect.get(client, 'readyForQuery') !== true) await client.query('');
  if (client.getTransactionStatus() === 'E') throw new Error('A statement failed and its error was swallowed.');
}

/** What one callback throws must not keep the others from running: the fact is committed. */
function runAll(callbacks: readonly (() => void)[]): void {
  const errors: unknown[] = [];
  for (const callback of callbacks) {
    try {
      callback();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'What follows the commit failed.');
}
