import { stat } from 'node:fs/promises';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { insertOwner, system } from '../test/fixtures.ts';
import { runProgram } from '../test/program.ts';
import { isProcessAlive } from './process-alive.ts';
import { createTestDatabase } from './test-database.ts';
import { onServer } from './test-server.ts';

const { host, user, template } = inject('postgres');

async function databases(): Promise<readonly unknown[]> {
  const sql = 'SELECT datname FROM pg_database';
  return (await onServer({ host, user, database: 'postgres' }, (client) => client.query(sql))).rows;
}

test('every database is migrated and its own', async () => {
  await using a = await createTestDatabase();
  await using b = await createTestDatabase();
  await insertOwner(a.db);

  expect(await a.db.query(system, 'SELECT count(*) FROM users', [])).toEqual([{ count: 1 }]);
  expect(await b.db.query(system, 'SELECT count(*) FROM users', [])).toEqual([{ count: 0 }]);
});

test('its URL leads to it, for whoever is given no more', async () => {
  await using t = await createTestDatabase();
  await insertOwner(t.db);

  expect(new URL(t.url).protocol).toBe('postgresql:');
  const sql = 'SELECT count(*)::int FROM users';
  const { rows } = await onServer({ connectionString: t.url }, (client) => client.query(sql));
  expect(rows).toEqual([{ count: 1 }]);
});

test('closing drops it, however many are connected, and twice is once', async () => {
  const t = await createTestDatabase();
  const straggler = new pg.Client(t.connection);
  straggler.on('error', () => undefined);
  await straggler.connect();
  expect(await databases()).toContainEqual({ datname: t.connection.database });

  await t.close();
  await t.close();

  expect(await databases()).not.toContainEqual({ datname: t.connection.database });
});

test('many can be made at the same time', async () => {
  const made = await Promise.all(Array.from({ length: 6 }, () => createTestDatabase({ poolSize: 1 })));

  expect(new Set(made.map(({ url }) => url)).size).toBe(6);
  await Promise.all(made.map((t) => t.close()));
});

test('nobody can write into the template', async () => {
  const connecting = onServer({ host, user, database: template }, async () => undefined);

  await expect(connecting).rejects.toThrow(/not currently accepting connections/);
});

test('a test run that is killed leaves neither server nor files', async () => {
  await using run = runProgram(import.meta.resolve('../test/start-test-server.ts'));
  const server = Object(await run.answer());
  expect(server).toEqual({ pid: expect.any(Number), directory: expect.any(String) });
  expect(isProcessAlive(server.pid)).toBe(true);

  await run.kill();

  await expect.poll(() => isProcessAlive(server.pid), { timeout: 10_000 }).toBe(false);
  await expect.poll(() => stat(server.directory).catch(() => 'gone'), { timeout: 10_000 }).toBe('gone');
});

test('test runs at the same time have a server each', async () => {
  await using a = runProgram(import.meta.resolve('../test/start-test-server.ts'));
  await using b = runProgram(import.meta.resolve('../test/start-test-server.ts'));

  const [first, second] = [Object(await a.answer()), Object(await b.answer())];

  expect(first.directory).not.toBe(second.directory);
  expect([isProcessAlive(first.pid), isProcessAlive(second.pid)]).toEqual([true, true]);
});
