import { readdir } from 'node:fs/promises';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { expect, test } from 'vitest';
import { catalogue } from '../test/catalogue.ts';
import { system } from '../test/fixtures.ts';
import { migrate, revertLast } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { createTestDatabase } from './test-database.ts';

const names = migrations.map((migration) => new migration().name);

test('every migration goes up, down without a trace, and up again', async () => {
  await using t = await createTestDatabase({ isEmpty: true });
  const runner = t.db.dataSource.createQueryRunner();
  let before = await catalogue(t.pool);
  expect(before).toEqual([]);

  for (const migration of migrations) {
    const step = new migration();
    await step.up(runner);
    const after = await catalogue(t.pool);
    expect(after, step.name).not.toEqual(before);

    await step.down(runner);
    expect(await catalogue(t.pool), step.name).toEqual(before);

    await step.up(runner);
    expect(await catalogue(t.pool), step.name).toEqual(after);
    before = after;
  }
  await runner.release();
});

test('every migration file is in the list, in the order of its number', async () => {
  const files = await readdir(new URL('./migrations', import.meta.url));
  const numbers = files.filter((file) => /^\d{13}-[a-z-]+\.ts$/.test(file)).map((file) => file.slice(0, 13));

  expect(files).toHaveLength(numbers.length + 1);
  expect(names.map((name) => name.slice(-13))).toEqual(numbers.sort());
});

test('processes that start together migrate once', async () => {
  await using t = await createTestDatabase({ isEmpty: true });

  const ran = await Promise.all([migrate(t.db), migrate(t.db), migrate(t.db)]);

  expect(ran.flat()).toEqual(names);
});

test('the last migration is taken back alone', async () => {
  await using t = await createTestDatabase();

  await revertLast(t.db);

  expect(await migrate(t.db)).toEqual(names.slice(-1));
});

test('a migration may take longer than a statement of the server, and leaves no such connection behind', async () => {
  await using t = await createTestDatabase({ poolSize: 1 });
  const seen: unknown[] = [];
  class Probe1999999999999 implements MigrationInterface {
    readonly name = 'Probe1999999999999';
    async up(runner: QueryRunner): Promise<void> {
      seen.push(...(await runner.query('SHOW statement_timeout')));
    }
    async down(): Promise<void> {}
  }
  // TypeORM made its list when it connected.
  t.db.dataSource.migrations.push(new Probe1999999999999());

  await migrate(t.db);

  expect(seen).toEqual([{ statement_timeout: '0' }]);
  expect(await t.db.query(system, 'SHOW statement_timeout', [])).toEqual([{ statement_timeout: '10s' }]);
});

test('a migration that fails leaves nothing of those before it', async () => {
  await using t = await createTestDatabase({ isEmpty: true });
  class Broken1999999999999 implements MigrationInterface {
    readonly name = 'Broken1999999999999';
    async up(runner: QueryRunner): Promise<void> {
      await runner.query('SELECT broken');
    }
    async down(): Promise<void> {}
  }
  t.db.dataSource.migrations.push(new Broken1999999999999());

  await expect(migrate(t.db)).rejects.toThrow(/broken/);

  expect(await catalogue(t.pool)).toEqual([]);
});
