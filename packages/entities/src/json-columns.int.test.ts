import { newId } from '@atelier/kernel/ids';
import { expect, test } from 'vitest';
import { at, insertSession, system } from '../test/fixtures.ts';
import { sqlState } from './database-errors.ts';
import { MessagePart } from './messages/message-part.entity.ts';
import { SessionEvent } from './sessions/session-event.entity.ts';
import { createTestDatabase } from './test-database.ts';

const texts = [
  ['a NUL', 'a\u0000b'],
  ['the first half of a surrogate pair', 'a\ud83d'],
  ['the second half of a surrogate pair', '\ude00b'],
  ['halves in the wrong order', '\ude00\ud83d'],
  ['what looks like an escape', 'a\\u0000b\\'],
  ['characters outside the basic plane', '😀\u{10ffff}'],
] as const;

test.each(texts)('%s comes back from the log as it was', async (_what, text) => {
  await using t = await createTestDatabase();
  const events = t.db.managerFor(system).getRepository(SessionEvent);
  const sessionId = newId();

  await events.insert({ sessionId, seq: 1, type: 'text.delta', payload: { text, [text]: 1 }, at });

  expect((await events.findOneByOrFail({ sessionId })).payload).toEqual({ text, [text]: 1 });
});

test.each(texts)(
  '%s comes back from a part as it was, also when parts are gathered into one value',
  async (_, text) => {
    await using t = await createTestDatabase();
    const { answer } = await insertSession(t.db);
    const part = { type: 'text', text } as const;

    await t.db.managerFor(system).insert(MessagePart, { messageId: answer, position: 0, part });

    const sql = 'SELECT json_agg(part ORDER BY position) AS parts FROM message_parts WHERE message_id = $1';
    expect(await t.db.query(system, sql, [answer])).toEqual([{ parts: [part] }]);
  },
);

test('as jsonb the log could not hold them', async () => {
  await using t = await createTestDatabase();
  await t.pool.query('ALTER TABLE session_events ALTER payload TYPE jsonb USING payload::jsonb');
  const events = t.db.managerFor(system).getRepository(SessionEvent);

  const error: unknown = await events
    .insert({ sessionId: newId(), seq: 1, type: 'text.delta', payload: { text: 'a\u0000' }, at })
    .catch((error: unknown) => error);

  expect(sqlState(error)).toBe('22P05');
});
