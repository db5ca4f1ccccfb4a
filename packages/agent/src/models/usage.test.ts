import { expect, test } from 'vitest';
import { toUsage } from './usage.ts';

const counts = (total?: number, part?: number) => ({
  inputTokens: { total, noCache: undefined, cacheRead: part, cacheWrite: undefined },
  outputTokens: { total, text: undefined, reasoning: part },
});
const usage = (input: number, cached: number) => ({
  inputTokens: input,
  outputTokens: input,
  cachedInputTokens: cached,
  reasoningTokens: cached,
});

test.each([
  ['what it says', counts(10, 4), usage(10, 4)],
  ['nothing said as nothing', counts(), usage(0, 0)],
  ['less than nothing as nothing', counts(-5, -1), usage(0, 0)],
  ['a fraction as what is whole of it', counts(10.9, 4.2), usage(10, 4)],
  ['no number as nothing', counts(Number.NaN, Number.NaN), usage(0, 0)],
  ['a part larger than its whole as the whole', counts(3, 9), usage(3, 3)],
  ['what cannot be as the most there is', counts(Number.POSITIVE_INFINITY, 0), usage(1_000_000_000, 0)],
])('counts %s', (_name, given, expected) => {
  expect(toUsage(given, null)).toEqual(expected);
});

test('has a cost where the model has a price', () => {
  expect(toUsage(counts(10, 0), { input: 1_000_000, output: 2_000_000, cachedInput: null }).cost).toBe(30);
});
