import { expect, test } from 'vitest';
import { randomFrom, randomLog } from '../../../../../packages/contracts/test/random-log.ts';
import { frameEncoder } from './frame-encoder.ts';

const events = randomLog(randomFrom(5), 50);
const frameFor = (id: number | string, data: unknown) => ({
  id,
  result: { type: 'data', id: '50', data: { id: '50', data } },
});

test('entries of a log are the JSON they would be otherwise, for every subscriber with its own id', () => {
  const encoder = frameEncoder();

  for (const id of [1, 2, 'a"b']) {
    const frame = frameFor(id, { kind: 'events', events });
    expect(encoder.encode(frame)).toBe(JSON.stringify(frame));
  }
});

test('entries are turned into text once, whoever they go to', () => {
  const encoder = frameEncoder();
  let made = 0;
  const counted = [Object.assign({ ...events[0] }, { toJSON: () => (made += 1) })];
  for (const id of [1, 2, 3]) encoder.encode(frameFor(id, { kind: 'events', events: counted }));

  expect(made).toBe(1);
});

test.each([
  null,
  7,
  'text',
  { id: 1, result: { type: 'started' } },
  { id: null, method: 'reconnect' },
  { id: 1, error: { message: 'no', code: -32_600 } },
  frameFor(1, { kind: 'reset', transcript: { seq: 1 } }),
  { id: 1, result: { type: 'data', data: { kind: 'events' } } },
])('any other frame is plain JSON: %j', (frame) => {
  expect(frameEncoder().encode(frame)).toBe(JSON.stringify(frame));
});

test('frames are text, in JSON, of at most a hundred operations', () => {
  const { decode } = frameEncoder();

  expect(decode('[{"id":1}]')).toEqual([{ id: 1 }]);
  expect(decode(JSON.stringify(Array(100).fill(0)))).toHaveLength(100);
  for (const wrong of [Buffer.from('{}'), '{', '', JSON.stringify(Array(101).fill(0))]) {
    expect(() => decode(wrong)).toThrow();
  }
});
