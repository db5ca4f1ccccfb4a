import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costOf } from './cost.ts';

const price = { input: 3_000_000, output: 15_000_000, cachedInput: 300_000 };

describe('what a call costs', () => {
  test.each([
    ['input and output', { inputTokens: 1_000_000, outputTokens: 1_000_000 }, 18_000_000],
    ['input from the cache at its own price', { inputTokens: 1000, cachedInputTokens: 400, outputTokens: 0 }, 1920],
    ['a fraction, rounded up', { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }, 0],
    ['a single token of the cache, rounded up', { inputTokens: 1, cachedInputTokens: 1, outputTokens: 0 }, 1],
  ])('counts %s', (_name, usage, cost) => {
    expect(costOf(usage, price)).toBe(cost);
  });

  test('takes the price of input for the cache where the cache has none', () => {
    const usage = { inputTokens: 1000, cachedInputTokens: 400, outputTokens: 0 };

    expect(costOf(usage, { ...price, cachedInput: null })).toBe(3000);
  });
});

const perMillion = fc.nat({ max: 1_000_000_000_000 });
const anyPrice = fc.record({ input: perMillion, output: perMillion, cachedInput: fc.option(perMillion) });
const tokens = fc.nat({ max: 1_000_000_000 });
const anyUsage = fc.record({ inputTokens: tokens, outputTokens: tokens, cachedInputTokens: tokens });

describe('for every usage and every price the cost', () => {
  test('is a whole number that can be counted on', () => {
    fc.assert(fc.property(anyUsage, anyPrice, (usage, each) => Number.isSafeInteger(costOf(usage, each))));
  });

  test('is never less than exact, and less than one more', () => {
    fc.assert(
      fc.property(anyUsage, anyPrice, ({ inputTokens, outputTokens }, each) => {
        const exact = BigInt(inputTokens) * BigInt(each.input) + BigInt(outputTokens) * BigInt(each.output);
        fc.pre(exact < BigInt(Number.MAX_SAFE_INTEGER));
        const cost = BigInt(costOf({ inputTokens, outputTokens }, each)) * 1_000_000n;
        return cost >= exact && cost < exact + 1_000_000n;
      }),
    );
  });

  test('grows with the tokens', () => {
    fc.assert(
      fc.property(anyUsage, tokens, anyPrice, (usage, more, each) => {
        return costOf({ ...usage, outputTokens: usage.outputTokens + more }, each) >= costOf(usage, each);
      }),
    );
  });

  test('of two calls together is at most that of each, for each is rounded', () => {
    fc.assert(
      fc.property(tokens, tokens, anyPrice, (a, b, each) => {
        const of = (outputTokens: number) => costOf({ inputTokens: 0, outputTokens }, each);
        return of(a + b) <= of(a) + of(b);
      }),
    );
  });

  test('is nothing for nothing, and for a model that costs nothing', () => {
    fc.assert(
      fc.property(anyUsage, anyPrice, (usage, each) => {
        const free = { input: 0, output: 0, cachedInput: null };
        return costOf({ inputTokens: 0, outputTokens: 0 }, each) === 0 && costOf(usage, free) === 0;
      }),
    );
  });
});
