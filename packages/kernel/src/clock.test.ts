import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';

describe('the system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-05-04T03:02:01.000Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** How a sleep stands: looked at after everything that could settle it has run. */
  function watch(sleep: Promise<void>) {
    const seen: { state: 'asleep' | 'awake' | 'aborted'; reason: unknown } = { state: 'asleep', reason: undefined };
    sleep.then(
      () => {
        seen.state = 'awake';
      },
      (reason: unknown) => {
        seen.state = 'aborted';
        seen.reason = reason;
      },
    );
    return seen;
  }

  test('says the time of the system', () => {
    expect(systemClock.now().toISOString()).toBe('2026-05-04T03:02:01.000Z');
  });

  test('sleeps for as long as it is told, and no shorter', async () => {
    const sleep = watch(systemClock.sleep(5000));

    await vi.advanceTimersByTimeAsync(4999);
    expect(sleep.state).toBe('asleep');
    await vi.advanceTimersByTimeAsync(1);
    expect(sleep.state).toBe('awake');
  });

  test('wakes at once with the reason of the abort, and leaves no timer behind', async () => {
    const abort = new AbortController();
    const sleep = watch(systemClock.sleep(5000, abort.signal));

    abort.abort('stopped');
    await vi.advanceTimersByTimeAsync(0);

    expect(sleep).toEqual({ state: 'aborted', reason: 'stopped' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not fall asleep for what is aborted already', async () => {
    await expect(systemClock.sleep(5000, AbortSignal.abort('stopped before'))).rejects.toBe('stopped before');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('lets go of the signal when it wakes, so that a long-lived signal gathers no listeners', async () => {
    const { signal } = new AbortController();
    const sleep = watch(systemClock.sleep(10, signal));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);

    await vi.advanceTimersByTimeAsync(10);

    expect(sleep.state).toBe('awake');
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
