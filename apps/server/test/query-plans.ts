import type { Database } from '@atelier/entities/database';
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

/** How PostgreSQL would run a query; with `isGeneric`, whatever its values are, as it does for a named statement. */
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

function flatten(node: z.infer<typeof planNode>): PlanNode[] {
  const here = { type: node['Node Type'], table: node['Relation Name'] ?? null };
  return [here, ...(node.Plans ?? []).flatMap(flatten)];
}
