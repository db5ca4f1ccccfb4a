import { Column, DataSource, type DataSourceOptions, Entity } from 'typeorm';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../test/catalogue.ts';
import { entities } from './entities.ts';
import { createTestDatabase } from './test-database.ts';
import { Upload } from './uploads/upload.entity.ts';

/** What TypeORM would do to bring the database to these entities. */
async function drift(url: string, described: DataSourceOptions['entities']): Promise<readonly string[]> {
  const dataSource = new DataSource({ type: 'postgres', url, entities: described });
  await dataSource.initialize();
  try {
    const log = await dataSource.driver.createSchemaBuilder().log();
    return log.upQueries.map(({ query }) => query);
  } finally {
    await dataSource.destroy();
  }
}

test('entities and migrations describe the same schema', async () => {
  await using t = await createTestDatabase();

  expect(await drift(t.url, [...entities])).toEqual([]);
});

test('a change of an entity without a migration is seen', async () => {
  @Entity({ name: 'uploads' })
  class Changed extends Upload {
    @Column({ type: 'text', name: 'made_up', nullable: true })
    madeUp?: string | null;
  }
  await using t = await createTestDatabase();
  const others = entities.filter((entity) => entity !== Upload);

  expect(await drift(t.url, [...others, Changed])).toEqual(['ALTER TABLE "uploads" ADD "made_up" text']);
});

describe('a change of the schema without an entity is seen', () => {
  test.each([
    ['a column that is gone', 'ALTER TABLE uploads DROP COLUMN inline_text', /ADD "inline_text"/],
    ['a column that may be null', 'ALTER TABLE runs ALTER queued_at DROP NOT NULL', /"queued_at" SET NOT NULL/],
    ['an index that is gone', 'DROP INDEX messages_by_author', /CREATE INDEX "messages_by_author"/],
    ['a foreign key that is gone', 'ALTER TABLE runs DROP CONSTRAINT runs_session_fk', /"runs_session_fk"/],
  ])('%s', async (_what, change, expected) => {
    await using t = await createTestDatabase();
    await t.pool.query(change);

    expect((await drift(t.url, [...entities])).join('\n')).toMatch(expected);
  });
});

/** TypeORM compares checks and defaults by name or not at all: here PostgreSQL compares what each of the two makes. */
test('entities alone make the same columns, constraints and indexes as the migrations', async () => {
  await using migrated = await createTestDatabase();
  await using made = await createTestDatabase({ isEmpty: true });
  await made.db.dataSource.synchronize();
  const onlyInMigrations = made.db.dataSource.entityMetadatas
    .flatMap((metadata) => metadata.indices.filter((index) => !index.synchronize))
    .map((index) => index.givenName);

  const isShared = (line: string) =>
    /^(column|constraint|index) /.test(line) && !onlyInMigrations.some((name) => line.includes(` ${name} `));
  expect((await catalogue(made.pool)).filter(isShared)).toEqual((await catalogue(migrated.pool)).filter(isShared));
  expect(onlyInMigrations).toHaveLength(14);
});
