import { afterEach, expect, test, vi } from 'vitest';
import { newId } from './ids.ts';

afterEach(() => {
  vi.useRealTimers();
});

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The first 48 bits, milliseconds since 1970 (RFC 9562, section 5.7). */
function timeOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

test('ids are UUIDs of version 7', () => {
  const ids = Array.from({ length: 100 }, newId);

  for (const id of ids) expect(id).toMatch(uuidV7);
});

test('ten thousand ids made in a burst are all different and sort as they were made', () => {
  const ids = Array.from({ length: 10_000 }, newId);

  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});

test('an id begins with the time of its making, and a clock that goes back puts no id before an older one', () => {
  vi.useFakeTimers({ now: new Date('2100-01-01T00:00:00.000Z') });
  const first = newId();
  expect(timeOf(first)).toBe(Date.parse('2100-01-01T00:00:00.000Z'));

  vi.setSystemTime(new Date('2100-01-01T00:00:05.000Z'));
  const second = newId();
  expect(timeOf(second)).toBe(Date.parse('2100-01-01T00:00:05.000Z'));

  vi.setSystemTime(new Date('2100-01-01T00:00:01.000Z'));
  const third = newId();
  expect([third, second, first].toSorted()).toEqual([first, second, third]);
});
