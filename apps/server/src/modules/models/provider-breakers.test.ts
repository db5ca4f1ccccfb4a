import type { Model } from '@atelier/agent/ports';
import type { RunError } from '@atelier/contracts/runs';
import { expect, test } from 'vitest';
import { ProviderBreakers } from './provider-breakers.ts';

function setUp() {
  let now = Date.UTC(2026, 0, 1);
  const breakers = new ProviderBreakers({ now: () => new Date(now), sleep: async () => undefined });
  const model = (id: string): Model => ({
    id: 'm',
    label: 'M',
    isOffline: false,
    provider: { id, name: id },
    features: { tools: true, images: false, reasoning: false },
    contextWindow: null,
    price: null,
    stream: () => {
      throw new Error('Nobody asks it.');
    },
  });
  const [together, other] = [model('together'), model('other')];
  const fail = (times: number, code: RunError['code'] = 'provider.overloaded') => {
    for (let n = 0; n < times; n += 1) breakers.failed(together, { code, message: '', retryable: true });
  };
  return { breakers, together, other, fail, pass: (ms: number) => (now += ms) };
}

test('a provider that fails five times in a row rests for half a minute; others are asked', () => {
  const { breakers, together, other, fail, pass } = setUp();
  fail(4);
  expect([breakers.allows(together), breakers.of('together').state]).toEqual([true, 'failing']);
  fail(1);

  expect([breakers.allows(together), breakers.allows(other)]).toEqual([false, true]);
  expect(breakers.of('together')).toMatchObject({ state: 'resting', failures: 5, lastError: 'provider.overloaded' });
  pass(29_999);
  expect(breakers.allows(together)).toBe(false);
});

test('after its rest one run tries it, and its answer lets everybody in again', () => {
  const { breakers, together, fail, pass } = setUp();
  fail(5);
  pass(30_000);

  expect([breakers.allows(together), breakers.allows(together)]).toEqual([true, false]);
  breakers.succeeded(together);
  expect([breakers.allows(together), breakers.allows(together)]).toEqual([true, true]);
  expect(breakers.of('together')).toMatchObject({ state: 'healthy', failures: 0, restsUntil: null });
});

test('failing once more it rests twice as long, five minutes at most', () => {
  const { breakers, together, fail, pass } = setUp();
  fail(5);
  pass(30_000);
  expect(breakers.allows(together)).toBe(true);
  fail(1);
  pass(59_999);
  expect(breakers.allows(together)).toBe(false);
  pass(1);
  expect(breakers.allows(together)).toBe(true);
  fail(50);
  pass(5 * 60_000);
  expect(breakers.allows(together)).toBe(true);
});

test('one whose trial is never answered may be tried by another run a minute later', () => {
  const { breakers, together, fail, pass } = setUp();
  fail(5);
  pass(30_000);
  breakers.allows(together);
  pass(60_000);

  expect(breakers.allows(together)).toBe(true);
});

test('an answer in between begins the count anew, and a wrong question does not count', () => {
  const { breakers, together, fail } = setUp();
  fail(4);
  breakers.succeeded(together);
  fail(4);
  fail(9, 'provider.model_not_found');
  fail(9, 'provider.refused');

  expect(breakers.allows(together)).toBe(true);
});
