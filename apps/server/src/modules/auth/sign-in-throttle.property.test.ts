import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lockedUntil } from './sign-in-throttle.ts';

const lastAt = new Date('2026-03-01T12:00:00Z');
const waitAfter = (count: number) => {
  const until = lockedUntil({ count, lastAt }, lastAt);
  return until === null ? 0 : until.getTime() - lastAt.getTime();
};

describe('after failures in a row', () => {
  test.each([
    [0, 0],
    [1, 0],
    [4, 0],
    [5, 1],
    [6, 2],
    [7, 4],
    [8, 8],
    [14, 512],
    [15, 900],
    [16, 900],
    [1000, 900],
    [1_000_000, 900],
  ])('%i of them, the next try waits %i seconds', (count, seconds) => {
    expect(waitAfter(count)).toBe(seconds * 1000);
  });

  test('the wait ends by itself, to the millisecond', () => {
    const failed = { count: 6, lastAt };
    expect(lockedUntil(failed, new Date(lastAt.getTime() + 1999))).toEqual(new Date(lastAt.getTime() + 2000));
    expect(lockedUntil(failed, new Date(lastAt.getTime() + 2000))).toBeNull();
  });

  test('the wait never shrinks with more failures and is never longer than fifteen minutes', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (a, b) => {
        const [fewer, more] = [Math.min(a, b), Math.max(a, b)];
        expect(waitAfter(more)).toBeGreaterThanOrEqual(waitAfter(fewer));
        expect(waitAfter(more)).toBeLessThanOrEqual(15 * 60_000);
      }),
    );
  });

  test('a guesser gets about a hundred tries a day', () => {
    let [count, at, tries] = [0, lastAt.getTime(), 0];
    while (at < lastAt.getTime() + 24 * 60 * 60_000) {
      tries += 1;
      count += 1;
      at = lockedUntil({ count, lastAt: new Date(at) }, new Date(at))?.getTime() ?? at;
    }
    expect(tries).toBeGreaterThan(90);
    expect(tries).toBeLessThan(120);
  });
});
