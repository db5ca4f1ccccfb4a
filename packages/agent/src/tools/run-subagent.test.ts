import { expect, test } from 'vitest';
import { allowAll, calls, echo, finish, RecordingJournal, runInput, scriptedModel, text } from '../../test/doubles.ts';
import type { AnyTool, Approvals, Budget, Model } from '../ports.ts';
import { runAgent } from '../run-agent.ts';
import { askUser } from './ask-user.ts';
import { runSubagent } from './run-subagent.ts';

const delegated = () => calls('run_subagent', { goal: 'Say b.' });

interface Arranged {
  readonly sub: Model;
  readonly tools?: readonly AnyTool[];
  readonly approvals?: Approvals;
  readonly budget?: Budget;
  readonly journal?: RecordingJournal;
}

/** A run whose agent hands over at once and is done then. */
async function delegate({ sub, tools = [echo()], approvals = allowAll, ...over }: Arranged) {
  const journal = over.journal ?? new RecordingJournal();
  const parent = scriptedModel([delegated(), finish(10, 1)], [text('Done.'), finish(20, 2)]);
  const common = { ...runInput({ approvals, tools }), ...(over.budget ? { budget: over.budget } : {}) };
  const helper = runSubagent({ ...common, models: [sub] });
  const outcome = await runAgent({ ...common, journal, models: [parent], tools: [...tools, helper] });
  return { outcome, journal, parent, finished: journal.of('tool.finished')[0] };
}

test('a sub-agent has a fresh context, the same tools, and gives its last words; what it used counts', async () => {
  const sub = scriptedModel(
    [text('I look. '), calls('echo', { word: 'b' }), finish(3, 1)],
    [text('It is b.'), finish(4, 2)],
  );

  const { outcome, journal, parent, finished } = await delegate({ sub });

  expect(finished).toMatchObject({ state: 'succeeded', output: 'It is b.' });
  expect(sub.requests[0]?.messages).toEqual([{ role: 'user', text: 'Say b.' }]);
  expect(outcome.usage).toEqual({ inputTokens: 37, outputTokens: 6 });
  const streamed = journal.of('tool.output_delta').map((body) => body.text);
  expect(streamed.join('')).toContain('I look. ');
  expect(streamed.join('')).toContain('It is b.');
  // What it did is its own: the run's answer holds the call and no more.
  expect(journal.of('tool.called')).toHaveLength(1);
  expect(parent.requests).toHaveLength(2);
});

test('AT-71: a sub-agent has none of its own, and cannot ask', async () => {
  const sub = scriptedModel(
    [calls('run_subagent', { goal: 'Deeper.' }), calls('ask_user', { text: 'Well?' }, 'b'), finish(1, 1)],
    [text('I could not.'), finish(1, 1)],
  );

  const { finished } = await delegate({ sub, tools: [echo(), askUser()] });

  expect(finished).toMatchObject({ state: 'succeeded', output: 'I could not.' });
  expect(sub.requests[0]?.tools.map(({ name }) => name)).toEqual(['echo']);
  expect(JSON.stringify(sub.requests[1]?.messages)).toContain('There is no tool run_subagent.');
});

test('what needs leave is refused to it, in words, and nobody is waited for', async () => {
  const done: string[] = [];
  const tool = echo(async (word) => {
    done.push(word);
    return { output: word };
  });
  const approvals: Approvals = {
    ...allowAll,
    judge: async ({ name }) => (name === 'echo' ? { kind: 'ask', reason: 'Asked.' } : { kind: 'allow' }),
  };
  const sub = scriptedModel([calls('echo', { word: 'b' }), finish(1, 1)], [text('I may not.'), finish(1, 1)]);

  const { outcome, finished } = await delegate({ sub, tools: [tool], approvals });

  expect(outcome.state).toBe('succeeded');
  expect(finished?.output).toBe('I may not.');
  expect(done).toEqual([]);
  expect(JSON.stringify(sub.requests[1]?.messages)).toContain('a sub-agent cannot ask for it');
});

test('it stops when the money of the run is spent, its own steps included', async () => {
  const error = { code: 'run.budget', message: 'The money is spent.', retryable: false } as const;
  const budget: Budget = {
    check: async ({ inputTokens }) => (inputTokens >= 1000 ? { kind: 'spent', error } : { kind: 'fine' }),
  };
  const sub = scriptedModel([calls('echo', { word: 'b' }), finish(990, 1)], [text('More.'), finish(1, 1)]);

  const { outcome, finished } = await delegate({ sub, budget });

  expect(finished).toMatchObject({ state: 'failed', output: 'The sub-agent failed: The money is spent.' });
  expect(sub.requests).toHaveLength(1);
  expect(outcome).toMatchObject({ state: 'failed', error: { code: 'run.budget' } });
});
