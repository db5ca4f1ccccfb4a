import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PipelineWorker, type PipelineWorkerDeps } from './pipeline-worker.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A worker over pipelines that are due, and what it did. */
function workerOver(due: string[], fails: () => boolean = () => false) {
  const asked: (string | null)[] = [];
  let idle: (sessionId: string, runId: string) => void = () => undefined;
  const deps = {
    runs: {
      due: async (_op: unknown, sessionId: string | null) => {
        asked.push(sessionId);
        return [...due];
      },
    },
    progress: {
      advance: async () => {
        if (fails()) throw new Error('The database is away.');
        due.length = 0;
        return true;
      },
    },
    hints: {
      on: (_topic: string, listener: typeof idle) => {
        idle = listener;
        return () => undefined;
      },
    },
    log: { error: () => undefined, warn: () => undefined },
  } as const;
  const worker = new PipelineWorker(deps as unknown as PipelineWorkerDeps); // no more of them is used than stands above
  return { worker, asked, becomesIdle: (sessionId: string) => idle(sessionId, '') };
}

test('a worker with nothing to do asks the database once as it starts, and every ten seconds', async () => {
  const { worker, asked } = workerOver([]);
  worker.start();
  await vi.advanceTimersByTimeAsync(59_000);

  expect(asked).toEqual(Array(6).fill(null));
  await worker.stop();
});

test('a session that becomes idle is looked at on the spot', async () => {
  const { worker, asked, becomesIdle } = workerOver([]);
  worker.start();
  await vi.advanceTimersByTimeAsync(0);

  becomesIdle('one');
  await vi.advanceTimersByTimeAsync(0);

  expect(asked).toEqual([null, 'one']);
  await worker.stop();
});

test('a pipeline that could not go on is tried again soon, and no more once it has', async () => {
  let failures = 2;
  const due = ['pipeline'];
  const { worker, asked } = workerOver(due, () => failures-- > 0);
  worker.start();
  await vi.advanceTimersByTimeAsync(3500);

  expect([due, asked.length]).toEqual([[], 3]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked).toHaveLength(3);
  await worker.stop();
});
