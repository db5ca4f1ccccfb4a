import type { EventBody } from '@atelier/contracts/events';
import { messageId, runId } from '@atelier/contracts/ids';
import type { RunContext } from '@atelier/contracts/runs';
import { newId } from '@atelier/kernel/ids';
import { expect, test } from 'vitest';
import { RunUsage } from './run-usage.ts';
import type { ClaimedRun } from './runs.repository.ts';

const op = { principal: { kind: 'system' } } as const;
const usage = { inputTokens: 100, outputTokens: 20 };
const step: EventBody = {
  type: 'step.finished',
  runId: runId.parse(newId()),
  messageId: messageId.parse(newId()),
  step: 0,
  usage,
  model: { id: 'm', label: 'M', provider: 'Lab', contextWindow: 1000 },
};

test('a sub-agent’s call counts with the run’s, and says nothing of the conversation’s window', async () => {
  const stored: (RunContext | null)[] = [];
  const counted: number[] = [];
  const used = new RunUsage(
    {
      runs: { addUsage: async (_op, _id, _usage, context) => void stored.push(context) },
      usage: { count: async (_op, _run, bodies) => void counted.push(bodies.length) },
    },
    // The fakes look at nothing of it.
    {} as ClaimedRun,
    { inputTokens: 0, outputTokens: 0 },
  );

  await used.store(op, [step], { isAside: true });
  await used.store(op, [step]);
  used.written([step, step]);

  expect(stored).toEqual([null, { tokens: 120, window: 1000 }]);
  expect(counted).toEqual([1, 1]);
  expect(used.total).toEqual({ inputTokens: 200, outputTokens: 40 });
});
