import type { Database } from '@atelier/entities/database';
import { isUniqueViolation } from '@atelier/entities/database-errors';
import type pg from 'pg';
import * as z from 'zod';

export interface Query {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** One step of a plan. https://www.postgresql.org/docs/current/using-explain.html */
export interface PlanNode {
  readonly type: string;
  readonly table: string | null;
}

const planNode = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  get Plans() {
    return z.array(planNode).optional();
  },
});
const explained = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: planNode })]) })]);

/** The statements that `work` really sends through the database, without those that open and end transactions. */
export async function queriesOf(db: Database, work: () => Promise<unknown>): Promise<readonly Query[]> {
  const seen: Query[] = [];
  const { logger } = db.dataSource;
  const ignore = () => undefined;
  db.dataSource.logger = {
    logQuery: (sql, parameters) => {
      const values: readonly unknown[] = Array.isArray(parameters) ? parameters : [];
      if (/^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|\()/i.test(sql)) seen.push({ sql, values });
    },
    logQueryError: ignore,
    logQuerySlow: ignore,
    logSchemaBuild: ignore,
    logMigration: ignore,
    log: ignore,
  };
  try {
    await work();
  } finally {
    db.dataSource.logger = logger;
  }
  return seen;
}

/** How PostgreSQL runs a query with these values; with `isGeneric`, with any values. */
export async function planOf(
  client: pg.Pool | pg.PoolClient,
  query: Query,
  opts: { readonly isGeneric?: boolean } = {},
): Promise<readonly PlanNode[]> {
  const result = opts.isGeneric
    ? await client.query(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${query.sql}`)
    : await client.query(`EXPLAIN (FORMAT JSON) ${query.sql}`, [...query.values]);
  const [row] = explained.parse(result.rows);
  return flatten(row['QUERY PLAN'][0].Plan);
}

/**
 * Whether PostgreSQL runs the query by its generic plan once it was sent often as a named statement: from the sixth time
 * on, if that plan does not look dearer. Leaves no change behind. https://www.postgresql.org/docs/current/sql-prepare.html
 */
export async function becomesGeneric(pool: pg.Pool, query: Query): Promise<boolean> {
  const client = await pool.connect();
  try {
    for (let time = 1; time <= 7; time += 1) {
      await client.query('BEGIN');
      await client.query({ name: 'observed', text: query.sql, values: [...query.values] }).catch((error: unknown) => {
        // What is inserted stands there since the call that was listened to. It was planned all the same.
        if (!isUniqueViolation(error)) throw error;
      });
      await client.query('ROLLBACK');
    }
    const sql = `SELECT generic_plans > 0 AS "isGeneric" FROM pg_prepared_statements WHERE name = 'observed'`;
    const { rows } = await client.query<{ isGeneric: boolean }>(sql);
    return rows[0]?.isGeneric ?? false;
  } finally {
    client.release(true);
  }
}

function flatten(node: z.infer<typeof planNode>): PlanNode[] {
  const here = { type: node['Node Type'], table: node['Relation Name'] ?? null };
  return [here, ...(node.Plans ?? []).flatMap(flatten)];
}
