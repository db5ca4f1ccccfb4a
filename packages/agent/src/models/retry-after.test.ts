import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { retryAfterOf } from './retry-after.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-05-04T03:02:01.000Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const empty = (limit: string, reset: string, of: string) => ({
  [`x-ratelimit-remaining-${of}`]: limit,
  [`x-ratelimit-reset-${of}`]: reset,
});

test.each<[string, Record<string, string>, number | undefined]>([
  ['seconds', { 'retry-after': '7' }, 7000],
  ['a fraction of a second', { 'retry-after': '0.5' }, 500],
  ['seconds with their unit', { 'retry-after': '7s' }, 7000],
  ['milliseconds, which win', { 'retry-after': '7', 'retry-after-ms': '1500' }, 1500],
  ['a date', { 'retry-after': 'Mon, 04 May 2026 03:02:11 GMT' }, 10_000],
  ['a date that has passed', { 'retry-after': 'Mon, 04 May 2026 03:02:00 GMT' }, undefined],
  ['no time at all', { 'retry-after': '0' }, undefined],
  ['a time in the past', { 'retry-after': '-5' }, undefined],
  ['nonsense', { 'retry-after': 'soon' }, undefined],
  ['nothing said', { 'retry-after': '' }, undefined],
  ['nothing', {}, undefined],
  ['the limit that is used up', empty('0', '6m0.5s', 'tokens'), 360_500],
  ['a limit in milliseconds', empty('0', '20ms', 'requests'), 20],
  ['a limit that is not used up', empty('3', '6m0s', 'tokens'), undefined],
  [
    'the longer of two limits that are used up',
    { ...empty('0', '1s', 'requests'), ...empty('0', '3s', 'tokens') },
    3000,
  ],
  [
    'the time at which a limit is full again',
    { 'anthropic-ratelimit-tokens-remaining': '0', 'anthropic-ratelimit-tokens-reset': '2026-05-04T03:02:31Z' },
    30_000,
  ],
])('how long to wait is read from %s', (_name, headers, expected) => {
  expect(retryAfterOf(headers, '')).toBe(expected);
});

test.each([
  ['RetryInfo', '{"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay": "38.5s"}]}', 38_500],
  ['words', '{"error":{"message":"Rate limit reached. Please try again in 1.2s. Visit our page."}}', 1200],
  ['words that end with it', '{"error":{"message":"Please try again in 6m0s"}}', 360_000],
  ['words without a time', 'Please try again in a moment.', undefined],
])('how long to wait is read from %s in the body', (_name, body, expected) => {
  expect(retryAfterOf({}, body)).toBe(expected);
});
