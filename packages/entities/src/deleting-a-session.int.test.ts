import { expect, test } from 'vitest';
import { insertSession, system } from '../test/fixtures.ts';
import { createTestDatabase } from './test-database.ts';

const tables = [
  'agent_sessions',
  'session_heads',
  'session_todos',
  'session_events',
  'messages',
  'message_parts',
  'runs',
  'uploads',
] as const;

async function counts(t: Awaited<ReturnType<typeof createTestDatabase>>): Promise<Record<string, number>> {
  const entries: [string, number][] = [];
  for (const table of tables) {
    const rows = await t.db.query<{ rows: number }>(system, `SELECT count(*) AS rows FROM ${table}`, []);
    entries.push([table, rows[0]?.rows ?? -1]);
  }
  return Object.fromEntries(entries);
}

test('deleting a session takes its log and everything else of it along, and nothing of another', async () => {
  await using t = await createTestDatabase();
  const doomed = await insertSession(t.db, { events: 5 });
  const kept = await insertSession(t.db, { events: 3 });
  expect(await counts(t)).toMatchObject({ agent_sessions: 2, session_events: 8, messages: 4 });

  await t.db.query(system, 'DELETE FROM agent_sessions WHERE id = $1', [doomed.id]);

  expect(await counts(t)).toEqual({
    agent_sessions: 1,
    session_heads: 1,
    session_todos: 1,
    session_events: 3,
    messages: 2,
    message_parts: 1,
    runs: 1,
    uploads: 1,
  });
  const left = await t.db.query(system, 'SELECT DISTINCT session_id AS id FROM session_events', []);
  expect(left).toEqual([{ id: kept.id }]);
});

test.each([
  ['its owner', 'DELETE FROM users WHERE id = $1', 'userId'],
  ['its organisation', 'DELETE FROM organisations WHERE id = $1', 'organisationId'],
] as const)('a session and its log go with %s', async (_who, sql, key) => {
  await using t = await createTestDatabase();
  const session = await insertSession(t.db, { events: 2 });

  await t.db.query(system, sql, [session[key]]);

  expect(Object.values(await counts(t))).toEqual(tables.map(() => 0));
});

test('a message outlives its author', async () => {
  await using t = await createTestDatabase();
  const session = await insertSession(t.db);
  const { userId } = await insertSession(t.db);
  await t.db.query(system, 'UPDATE messages SET author_id = $2 WHERE id = $1', [session.question, userId]);

  await t.db.query(system, 'DELETE FROM users WHERE id = $1', [userId]);

  const rows = await t.db.query(system, 'SELECT author_id FROM messages WHERE id = $1', [session.question]);
  expect(rows).toEqual([{ author_id: null }]);
});
