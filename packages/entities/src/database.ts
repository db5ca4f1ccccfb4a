import 'reflect-metadata';
import pg from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
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
  /** How many connections serve people's own statements; as many as `poolSize` unless told. */
  readonly memberPoolSize?: number;
}

/** What people's statements run as: it owns nothing and bypasses nothing, so row-level security holds for it. */
const memberRole = 'atelier_member';

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

/**
 * The only way to PostgreSQL for services and repositories. What is done for a signed-in person runs as a role that
 * sees their organisation only; everything else runs as the program itself.
 */
export class Database {
  readonly dataSource: DataSource;
  readonly #options: ConnectionOptions;
  #members: DataSource | null = null;
  readonly #open = new WeakMap<Transaction, OpenTransaction>();
  /** For whom each connection of people has been set up. */
  readonly #setUpFor = new WeakMap<pg.PoolClient, string>();

  private constructor(dataSource: DataSource, options: ConnectionOptions) {
    this.dataSource = dataSource;
    this.#options = options;
  }

  /** A pool with bounded waiting: a statement ends within ten seconds, a connection is had within five or not at all. */
  static async connect(options: ConnectionOptions): Promise<Database> {
    return new Database(await dataSourceOf(options).initialize(), options);
  }

  /** The second pool, for people. Once the schema is there: its role is made by a migration. */
  async openToMembers(): Promise<void> {
    const { memberPoolSize, ...options } = this.#options;
    const members = dataSourceOf({ ...options, poolSize: memberPoolSize ?? options.poolSize }, memberRole);
    this.#members = await members.initialize();
  }

  async close(): Promise<void> {
    await this.#members?.destroy();
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

  /**
   * For repositories only. A query that outlives its transaction fails here instead of running outside it. Outside of a
   * transaction it is the program's own: people's statements go through `query`.
   */
  managerFor(op: Operation): EntityManager {
    if (op.tx) return this.#transactionOf(op.tx).manager;
    if (op.principal.kind === 'user') throw new Error("A person's entities are used in a transaction.");
    return this.dataSource.manager;
  }

  /** Rows of a statement, for repositories only. */
  async query<T>(op: Operation, sql: string, values: readonly unknown[]): Promise<T[]> {
    if (op.tx || op.principal.kind !== 'user') return rowsOf<T>(await this.managerFor(op).query(sql, [...values]));
    const runner = await this.#runnerFor(op);
    try {
      return rowsOf<T>(await runner.query(sql, [...values]));
    } finally {
      await runner.release();
    }
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
    const runner = await this.#runnerFor(op);
    const tx: Transaction = Object.freeze({ isTransaction: true as const });
    try {
      await runner.startTransaction();
      this.#open.set(tx, { manager: runner.manager, afterCommit });
      const result = await work({ ...op, tx });
      await refuseAborted(runner.manager);
      this.#open.delete(tx);
      await runner.commitTransaction();
      return { result, afterCommit };
    } catch (error) {
      // A connection that broke cannot roll back, and need not: what failed first is what is told.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      this.#open.delete(tx);
      await runner.release();
    }
  }

  /** A connection for this operation. One of people is told for whom, unless it served the same person before. */
  async #runnerFor(op: Operation): Promise<QueryRunner> {
    const { principal } = op;
    if (principal.kind !== 'user') return this.dataSource.createQueryRunner();
    if (!this.#members) throw new Error('The database is not open to members yet.');
    const runner = this.#members.createQueryRunner();
    try {
      const client: pg.PoolClient = await runner.connect();
      const person = `${principal.organisationId} ${principal.userId}`;
      if (this.#setUpFor.get(client) !== person) {
        // Outside of any transaction: a rollback would take it back.
        await client.query(
          `SELECT set_config('atelier.organisation', $1, false), set_config('atelier.person', $2, false)`,
          [principal.organisationId, principal.userId],
        );
        this.#setUpFor.set(client, person);
      }
      return runner;
    } catch (error) {
      await runner.release();
      throw error;
    }
  }

  #transactionOf(tx: Transaction): OpenTransaction {
    const open = this.#open.get(tx);
    if (!open) throw new Error('The transaction has already ended.');
    return open;
  }
}

function dataSourceOf(options: ConnectionOptions, role?: string): DataSource {
  const { url, host, user, database, poolSize = 10 } = options;
  return new DataSource({
    type: 'postgres',
    ...(url ? { url } : { host, username: user, database }),
    entities: [...entities],
    migrations: role ? [] : [...migrations],
    migrationsTransactionMode: 'all',
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
    driver: preparingPg,
    poolSize,
    connectTimeoutMS: 5000,
    extra: {
      statement_timeout: 10_000,
      idleTimeoutMillis: 30_000,
      types: rowTypes,
      ...(role ? { options: `-c role=${role}` } : {}),
    },
  });
}

/** The caller names the shape of the rows its own SQL selects. TypeORM answers UPDATE and DELETE with [rows, count]. */
function rowsOf<T>(result: unknown): T[] {
  const isPair =
    Array.isArray(result) && result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number';
  return (isPair ? result[0] : result) as T[];
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
