import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProviderHealth } from './provider-breakers.ts';
import type { SeenHealth } from './provider-health.repository.ts';
import { ProviderHealthRecorder } from './provider-health-recorder.ts';

const provider = '019a0000-0000-7000-8000-000000000001';
const healthy: ProviderHealth = {
  state: 'healthy',
  failures: 0,
  lastError: null,
  lastFailedAt: null,
  lastAnsweredAt: new Date(0),
  restsUntil: null,
};
const failing: ProviderHealth = { ...healthy, state: 'failing', lastError: 'provider.overloaded', failures: 1 };

let written: (readonly SeenHealth[])[];
let recorder: ProviderHealthRecorder;
beforeEach(() => {
  vi.useFakeTimers();
  written = [];
  const store = async (seen: readonly SeenHealth[]) => void written.push(seen);
  recorder = new ProviderHealthRecorder({ store, log: { warn: () => undefined } });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a change is written in a moment, and what stays the same every five seconds at most', async () => {
  recorder.note(provider, healthy);
  expect(written).toEqual([]);
  await vi.advanceTimersByTimeAsync(250);
  expect(written).toHaveLength(1);

  for (let second = 0; second < 10; second += 1) {
    for (let answer = 0; answer < 100; answer += 1) recorder.note(provider, healthy);
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(written).toHaveLength(3);

  recorder.note(provider, healthy);
  recorder.note(provider, failing);
  await vi.advanceTimersByTimeAsync(250);
  expect(written).toHaveLength(4);
  expect(written.at(-1)).toMatchObject([{ providerId: provider, lastError: 'provider.overloaded' }]);
});

test('what is of no stored provider is not written; what is left is, at the end', async () => {
  recorder.note('environment', failing);
  await recorder.stop();
  expect(written).toEqual([]);
  recorder.note(provider, healthy);
  await recorder.stop();
  expect(written).toHaveLength(1);
});
