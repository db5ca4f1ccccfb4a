import { describe, expect, test, vi } from 'vitest';
import { ageOf, formatBytes, formatDay, formatDuration, formatRelativeTime } from './format.ts';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1,023 bytes'],
  [1024, '1 KB'],
  [5 * 1024, '5 KB'],
  [1.5 * 1024 ** 2, '1.5 MB'],
  [1024 ** 3, '1 GB'],
  [5000 * 1024 ** 3, '5,000 GB'],
])('%d bytes are written %s', (bytes, text) => {
  expect(formatBytes(bytes, 'en')).toBe(text);
});

test.each([
  [0, '0.1 s'],
  [-50, '0.1 s'],
  [430, '0.4 s'],
  [12_300, '12 s'],
  [99_400, '99 s'],
  [180_000, '3 min'],
])('%d ms are written %s', (ms, text) => {
  expect(formatDuration(ms, 'en')).toBe(text);
});

describe('the age of a session', () => {
  const now = new Date(2026, 0, 15, 10);
  test.each([
    [new Date(2026, 0, 15, 0, 0), 'today'],
    [new Date(2026, 0, 14, 23, 59), 'yesterday'],
    [new Date(2026, 0, 14, 0, 0), 'yesterday'],
    [new Date(2026, 0, 13, 23, 59), 'week'],
    [new Date(2026, 0, 9, 0, 0), 'week'],
    [new Date(2026, 0, 8, 23, 59), 'older'],
    [new Date(2026, 0, 16, 9), 'today'],
  ] as const)('%s is %s', (time, age) => {
    expect(ageOf(time.toISOString(), now)).toBe(age);
  });
});

describe('a time', () => {
  const now = new Date('2026-01-15T10:00:00Z');
  test.each([
    ['2026-01-15T09:59:40Z', 'now', 'jetzt'],
    ['2026-01-15T09:58:00Z', '2 minutes ago', 'vor 2 Minuten'],
    ['2026-01-15T07:00:00Z', '3 hours ago', 'vor 3 Stunden'],
    ['2026-01-14T09:00:00Z', 'yesterday', 'gestern'],
    ['2026-02-13T10:00:00Z', 'in 29 days', 'in 29 Tagen'],
    ['2025-11-15T10:00:00Z', '2 months ago', 'vor 2 Monaten'],
    ['2028-01-15T10:00:00Z', 'in 2 years', 'in 2 Jahren'],
  ])('%s is said as %s', (instant, english, german) => {
    expect(formatRelativeTime(instant, now, 'en')).toBe(english);
    expect(formatRelativeTime(instant, now, 'de')).toBe(german);
  });
});

test('a day of UTC is the same day wherever it is read', () => {
  vi.stubEnv('TZ', 'America/Los_Angeles');
  expect(formatDay('2026-11-21', 'en')).toBe('Nov 21, 2026');
  vi.unstubAllEnvs();
});
