import type pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from './test-database.ts';

/** Foreign keys without a whole index that begins with their columns: deleting what they point at would read the table. */
async function unindexed(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>(`
    SELECT f.conname AS name FROM pg_constraint f
     WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace AND NOT EXISTS (
       SELECT 1 FROM pg_index i
        WHERE i.indrelid = f.conrelid AND i.indisvalid AND i.indpred IS NULL
          AND (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey)
     ORDER BY 1`);
  return rows.map(({ name }) => name);
}

test('every foreign key has an index', async () => {
  await using t = await createTestDatabase();

  expect(await unindexed(t.pool)).toEqual([]);
  const { rows } = await t.pool.query(`SELECT 1 FROM pg_constraint WHERE contype = 'f'`);
  expect(rows.length).toBeGreaterThan(15);
});

test('a foreign key without an index is seen, and a partial index is none', async () => {
  await using t = await createTestDatabase();
  await t.pool.query('DROP INDEX uploads_by_owner, runs_by_queueing');
  await t.pool.query(`CREATE INDEX some_runs ON runs (organisation_id) WHERE state = 'queued'`);

  expect(await unindexed(t.pool)).toEqual(['runs_organisation_fk', 'uploads_owner_fk']);
});
