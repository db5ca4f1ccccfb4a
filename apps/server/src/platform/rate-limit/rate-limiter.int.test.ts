import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@atelier/entities/test-database';
import { AppError } from '@atelier/kernel/app-error';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLogger } from '../telemetry/logger.ts';
import { EndedLimits } from './ended-limits.ts';
import { postgresLimits } from './limit-stores.ts';
import { type LimitPoints, limits, type SharedLimit } from './limits.ts';
import { RateLimiter } from './rate-limiter.ts';
import { RateLimitsRepository } from './rate-limits.repository.ts';

const log = createLogger('silent');
const defaults = Object.fromEntries(Object.entries(limits).map(([name, { points }]) => [name, points])) as LimitPoints;

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase();
});
beforeEach(async () => {
  await t.pool.query('TRUNCATE rate_limits');
});
afterAll(() => t.close());

/** What one process has. */
function newLimiter(points: Partial<LimitPoints> = {}): RateLimiter {
  const store = postgresLimits(t.pool, log);
  return new RateLimiter({ store, points: { ...defaults, ...points }, key: new Uint8Array(32) });
}

/** How many of so many calls are let through. */
async function passed(limiter: RateLimiter, limit: SharedLimit, calls: number, subject = 'ada'): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: calls }, () => limiter.consume(limit, subject)));
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'request.too_many' });
  }
  return results.filter(({ status }) => status === 'fulfilled').length;
}

test('a limit lets exactly as many through as it says, and tells the next when it ends', async () => {
  const limiter = newLimiter();
  expect(await passed(limiter, 'auth_by_address', 25)).toBe(10);

  const refusal = await limiter.consume('auth_by_address', 'ada').catch((error: unknown) => error);
  if (!(refusal instanceof AppError)) throw new Error('It was let through.');
  expect(refusal).toMatchObject({ code: 'request.too_many', details: { limit: 'auth_by_address' } });
  expect(refusal.retryAfterMs).toBeGreaterThan(50_000);
  expect(refusal.retryAfterMs).toBeLessThanOrEqual(60_000);
  expect(await passed(limiter, 'auth_by_address', 1, 'bea')).toBe(1);
});

describe('two processes', () => {
  test.each<[SharedLimit, number]>([
    ['procedures', 600],
    ['runs_of_all', 700],
    ['visits', 55],
    ['connects', 10],
  ])('that share %s never let more through than one of them might', async (limit, points) => {
    const [one, two] = [newLimiter({ [limit]: points }), newLimiter({ [limit]: points })];
    let sum = 0;
    for (let round = 0; round < 20; round += 1) {
      const counts = await Promise.all([one, two].map((limiter) => passed(limiter, limit, Math.ceil(points / 15))));
      sum += counts.reduce((total, count) => total + count, 0);
    }
    expect(sum).toBe(points);
  });
});

test('the common call costs no query: points are taken in blocks', async () => {
  const limiter = newLimiter();
  const query = vi.spyOn(t.pool, 'query');
  for (let call = 0; call < 600; call += 1) await limiter.consume('procedures', 'ada');
  expect(query).toHaveBeenCalledTimes(30);

  for (let call = 0; call < 50; call += 1) await expect(limiter.consume('procedures', 'ada')).rejects.toThrow();
  expect(query.mock.calls.length).toBeLessThanOrEqual(31);
  query.mockRestore();
});

test('what is left can be asked without using it, and counts what other processes took', async () => {
  const [one, two] = [newLimiter(), newLimiter()];
  expect(await one.left('connects', 'ada')).toEqual({ limit: 'connects', points: 10, left: 10, resetsInMs: 0 });

  await passed(one, 'connects', 3);
  await passed(one, 'procedures', 3);

  expect(await two.left('connects', 'ada')).toMatchObject({ left: 7, resetsInMs: expect.any(Number) });
  expect(await one.left('procedures', 'ada')).toMatchObject({ left: 597 });
  expect(await two.left('procedures', 'ada')).toMatchObject({ left: 580 });
});

test('a window that has ended begins anew', async () => {
  const [one, two] = [newLimiter(), newLimiter()];
  await passed(one, 'connects', 20);
  expect(await passed(two, 'connects', 1)).toBe(0);

  await t.pool.query('UPDATE rate_limits SET expire = 0');

  expect(await passed(newLimiter(), 'connects', 20)).toBe(10);
});

test('the store holds no address and no e-mail', async () => {
  const limiter = newLimiter();
  await limiter.consume('auth_by_account', 'ada@example.com');
  await limiter.consume('auth_by_address', '203.0.113.7');

  const { rows } = await t.pool.query<{ key: string }>('SELECT key FROM rate_limits');
  expect(rows).toHaveLength(2);
  for (const { key } of rows) expect(key).toMatch(/^auth_by_a\w+:[A-Za-z0-9_-]{43}$/);
});

test('while the store is away each process counts alone and still refuses, and then they share again', async () => {
  const [one, two] = [newLimiter(), newLimiter()];
  await t.pool.query('ALTER TABLE rate_limits RENAME TO away');
  try {
    expect(await passed(one, 'connects', 15)).toBe(10);
    expect(await passed(two, 'connects', 15)).toBe(10);
    expect(await passed(one, 'procedures', 700)).toBe(600);
  } finally {
    await t.pool.query('ALTER TABLE away RENAME TO rate_limits');
  }
  await expect
    .poll(
      async () => {
        // Each time another one: who has used up what a process counts alone is not counted in the store.
        const somebody = randomUUID();
        await one.consume('connects', somebody);
        return (await two.left('connects', somebody)).left;
      },
      { timeout: 10_000 },
    )
    .toBe(9);
});

test('ended counters are cleared away, and others are not', async () => {
  await passed(newLimiter(), 'connects', 1);
  await t.pool.query(`INSERT INTO rate_limits SELECT 'old' || n, 1, 0 FROM generate_series(1, 2500) n`);

  await new EndedLimits(new RateLimitsRepository(t.db), log).clear();

  const { rows } = await t.pool.query(`SELECT count(*)::int AS left FROM rate_limits`);
  expect(rows).toEqual([{ left: 1 }]);
});
