import { foldParts, isPartEvent } from '@atelier/contracts/fold-parts';
import type { Part } from '@atelier/contracts/parts';
import { describe, expect, test } from 'vitest';
import {
  allowAll,
  calls,
  echo,
  FakeClock,
  finish,
  RecordingJournal,
  runInput,
  scriptedModel,
  text,
} from '../test/doubles.ts';
import { anAnswer, aRun, asks, aTime, failure, said, toolPart } from '../test/samples.ts';
import { createOfflineModel } from './models/offline.ts';
import { whatItUnderstands } from './models/offline-words.ts';
import { type Approvals, type Budget, LeaseLostError } from './ports.ts';
import { continueInstruction } from './prompt.ts';
import { runAgent } from './run-agent.ts';

/** The answer as the log has it. */
function partsOf(journal: RecordingJournal, before: readonly Part[] = []): readonly Part[] {
  return journal.bodies.reduce<readonly Part[]>((parts, body) => {
    const event = { ...body, seq: 0, at: aTime };
    return isPartEvent(event) ? foldParts(parts, event, aTime) : parts;
  }, before);
}

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** A tool that counts how often it was used. */
function counted() {
  const effects: string[] = [];
  const tool = echo(async (word) => {
    effects.push(word);
    return { output: `${word} was said` };
  });
  return { effects, tool };
}

describe('a run', () => {
  test('asks the model again with what its tools answered, until it asks for none', async () => {
    const { effects, tool } = counted();
    const journal = new RecordingJournal();
    const model = scriptedModel(
      [text('I say a. '), calls('echo', { word: 'a' }), finish(10, 1)],
      [calls('echo', { word: 'b' }, 'b'), calls('echo', { word: 'c' }, 'c'), finish(20, 2)],
      [text('Done.'), finish(30, 3)],
    );

    const outcome = await runAgent(runInput({ models: [model], journal, tools: [tool] }));

    expect(outcome).toEqual({ state: 'succeeded', error: null, usage: { inputTokens: 60, outputTokens: 6 } });
    expect(effects).toEqual(['a', 'b', 'c']);
    const question = { role: 'user', text: 'Do it.' };
    const first = [
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I say a. ' },
          { type: 'tool_call', callId: '0-a', name: 'echo', input: { word: 'a' } },
        ],
      },
      { role: 'tool', results: [{ callId: '0-a', name: 'echo', output: 'a was said', isError: false }] },
    ];
    expect(model.requests.map(({ messages }) => messages)).toEqual([
      [question],
      [question, ...first],
      [
        question,
        ...first,
        {
          role: 'assistant',
          content: [
            { type: 'tool_call', callId: '1-b', name: 'echo', input: { word: 'b' } },
            { type: 'tool_call', callId: '1-c', name: 'echo', input: { word: 'c' } },
          ],
        },
        {
          role: 'tool',
          results: [
            { callId: '1-b', name: 'echo', output: 'b was said', isError: false },
            { callId: '1-c', name: 'echo', output: 'c was said', isError: false },
          ],
        },
      ],
    ]);
  });

  test('commits the end of each step with what the step used, before its tools start', async () => {
    const journal = new RecordingJournal();
    const model = scriptedModel([calls('echo', { word: 'a' }), finish(10, 1)], [text('Done.'), finish(30, 3)]);

    await runAgent(runInput({ models: [model], journal, tools: [echo()] }));

    expect(journal.types).toEqual([
      'step.finished',
      'tool.planned',
      'tool.called',
      'tool.finished',
      'text.delta',
      'step.finished',
    ]);
    const step = { type: 'step.finished', runId: aRun, messageId: anAnswer };
    const answeredBy = { id: 'scripted', label: 'Scripted model', provider: 'Scripted', contextWindow: null };
    expect(journal.of('step.finished')).toEqual([
      { ...step, step: 0, usage: { inputTokens: 10, outputTokens: 1 }, model: answeredBy },
      { ...step, step: 1, usage: { inputTokens: 30, outputTokens: 3 }, model: answeredBy },
    ]);
  });

  test('does not tell the model of its own failed tries', async () => {
    const model = scriptedModel([failure('provider.overloaded')], [calls('echo', {})], [text('Done.')]);

    const outcome = await runAgent(runInput({ models: [model], tools: [echo()] }));

    expect(outcome.state).toBe('succeeded');
    expect(JSON.stringify(model.requests.at(-1)?.messages)).not.toContain('Trying again');
  });

  test('has two calls of one id as two calls with two results', async () => {
    const { effects, tool } = counted();
    const journal = new RecordingJournal();
    const model = scriptedModel([calls('echo', { word: 'a' }), calls('echo', { word: 'b' })], [text('Done.')]);

    await runAgent(runInput({ models: [model], journal, tools: [tool] }));

    expect(effects).toEqual(['a', 'b']);
    expect(partsOf(journal)).toMatchObject([
      { type: 'tool', output: 'a was said' },
      { type: 'tool', output: 'b was said' },
      { type: 'text' },
    ]);
  });
});

describe('what a run may spend', () => {
  const endless = () =>
    scriptedModel(...Array.from({ length: 9 }, (_, n) => [calls('echo', { word: `${n}` }), finish(10, 5)]));

  test.each([
    ['tokens', { tokens: 30 }, 'run.token_limit', 2],
    ['tool calls', { toolCalls: 3 }, 'run.tool_limit', 3],
  ] as const)('ends with its last %s', async (_name, limits, code, asked) => {
    const model = endless();

    const outcome = await runAgent(runInput({ models: [model], tools: [echo()], limits }));

    expect(outcome).toMatchObject({ state: 'failed', error: { code, retryable: true } });
    expect(model.requests).toHaveLength(asked);
  });

  test('ends with its time', async () => {
    const clock = new FakeClock();
    const model = endless();
    const tool = echo(async (word) => {
      await clock.sleep(60_000);
      return { output: word };
    });

    const outcome = await runAgent(runInput({ models: [model], tools: [tool], clock, limits: { timeMs: 120_000 } }));

    expect(outcome.error).toMatchObject({ code: 'run.time_limit', message: expect.stringContaining('2 minutes') });
    expect(model.requests).toHaveLength(2);
  });

  test('ends with its money, before the model is asked again, and is warned of once', async () => {
    const error = { code: 'run.budget', message: 'Spent.', retryable: false } as const;
    const budget: Budget = {
      check: async ({ outputTokens }) =>
        outputTokens >= 20
          ? { kind: 'spent', error }
          : outputTokens >= 10
            ? { kind: 'warning', text: 'Nearly spent.' }
            : { kind: 'fine' },
    };
    const journal = new RecordingJournal();
    const model = endless();

    const outcome = await runAgent(runInput({ models: [model], tools: [echo()], journal, budget }));

    expect([outcome.error, model.requests.length]).toEqual([error, 4]);
    expect(journal.of('run.noticed').map(({ step, text }) => [step, text])).toEqual([[2, 'Nearly spent.']]);
  });

  test('says before its first word that others answer than were chosen, and not again where it is gone on with', async () => {
    const notice = { kind: 'model_gone', text: 'A is gone. B answers instead.' } as const;
    const other = { kind: 'tools_gone', text: 'C is gone.' } as const;
    const notices = [notice, other];
    const journal = new RecordingJournal();
    await runAgent(runInput({ models: [scriptedModel([text('Hello.'), finish(1, 1)])], journal, notices }));
    expect(partsOf(journal)).toMatchObject([
      { type: 'notice', ...notice },
      { type: 'notice', ...other },
      { type: 'text', text: 'Hello.' },
    ]);

    const later = new RecordingJournal();
    const models = [scriptedModel([text('Again.'), finish(1, 1)])] as const;
    await runAgent(runInput({ models, journal: later, notices, parts: partsOf(journal), firstStep: 1 }));
    expect(later.of('run.noticed')).toEqual([]);
  });
});

describe('a run that waits for a person', () => {
  const asking: Approvals = { ...allowAll, judge: async () => ({ kind: 'ask', reason: 'Words are asked for.' }) };

  test('is laid down, and goes on with what was decided, without asking the model for it again', async () => {
    const { effects, tool } = counted();
    const journal = new RecordingJournal();
    const model = scriptedModel([text('I say a.'), calls('echo', { word: 'a' }), finish(10, 1)]);

    expect((await runAgent(runInput({ models: [model], journal, tools: [tool], approvals: asking }))).state).toBe(
      'waiting',
    );
    expect(effects).toEqual([]);

    const decision = { kind: 'approved', by: null, text: '', isEdited: true, at: aTime } as const;
    const decided = {
      type: 'tool.decided',
      messageId: anAnswer,
      callId: '0-a',
      decision,
      inputText: '{"word":"b"}',
    } as const;
    const parts = foldParts(partsOf(journal), decided, aTime);
    const onward = new RecordingJournal();
    const next = scriptedModel([text('Done.')]);
    const outcome = await runAgent(
      runInput({ models: [next], journal: onward, tools: [tool], approvals: asking, parts, firstStep: 1 }),
    );

    expect([outcome.state, effects]).toEqual(['succeeded', ['b']]);
    expect(onward.types).toEqual(['tool.called', 'tool.finished', 'text.delta', 'step.finished']);
    expect(onward.of('text.delta')).toMatchObject([{ step: 1 }]);
    expect(next.requests[0]?.messages.at(-1)).toMatchObject({ results: [{ callId: '0-a', output: 'b was said' }] });
  });
});

test('calls that were planned when the worker was lost are made, and those before them are not', async () => {
  const { effects, tool } = counted();
  const parts = [
    toolPart({ callId: '0-a', name: 'echo', inputText: '{"word":"a"}', state: 'unknown' }),
    toolPart({ callId: '0-b', name: 'echo', inputText: '{"word":"b"}', state: 'planned', output: '', endedAt: null }),
  ];
  const model = scriptedModel([text('Done.')]);

  const outcome = await runAgent(runInput({ models: [model], tools: [tool], parts, firstStep: 1 }));

  expect([outcome.state, effects]).toEqual(['succeeded', ['b']]);
});

describe('a run ends', () => {
  test('at its last step, with words that say how to go on', async () => {
    const model = scriptedModel([calls('echo', { word: '1' }), finish()], [calls('echo', { word: '2' }), finish()]);

    const outcome = await runAgent(runInput({ models: [model], tools: [echo()], limits: { steps: 2 } }));

    expect(outcome).toMatchObject({
      state: 'failed',
      error: { code: 'run.step_limit', message: expect.stringContaining('after 2 steps'), retryable: true },
      usage: { inputTokens: 20, outputTokens: 10 },
    });
  });

  test('as failed with what the provider did wrong, and keeps what was written', async () => {
    const journal = new RecordingJournal();
    const model = scriptedModel([calls('echo', {}), finish(10, 1)], [text('Half'), failure('provider.cut')]);

    const outcome = await runAgent(runInput({ models: [model], journal, tools: [echo()] }));

    expect(outcome).toEqual({
      state: 'failed',
      error: { code: 'provider.cut', message: 'It said provider.cut.', retryable: true },
      // What broke off is estimated.
      usage: { inputTokens: expect.any(Number), outputTokens: 3 },
    });
    expect(outcome.usage.inputTokens).toBeGreaterThan(10);
    expect(textOf(partsOf(journal))).toBe('Half');
  });

  test('when a third call has arguments nobody can read; two may be corrected', async () => {
    const bad = calls('echo', '{"word":');
    const good = calls('echo', { word: 'a' });

    const corrected = scriptedModel([bad], [calls('echo', '{"w')], [good], [text('Done.')]);
    expect((await runAgent(runInput({ models: [corrected], tools: [echo()] }))).state).toBe('succeeded');

    const hopeless = scriptedModel([bad], [calls('echo', '{"w')], [bad]);
    expect(await runAgent(runInput({ models: [hopeless], tools: [echo()] }))).toMatchObject({
      state: 'failed',
      error: { code: 'provider.invalid_data', retryable: true },
    });
  });

  test('when the model makes the same call for the fifth time in a row', async () => {
    const { effects, tool } = counted();
    const model = scriptedModel(...Array.from({ length: 5 }, () => [calls('echo', { word: 'a' })]));

    const outcome = await runAgent(runInput({ models: [model], tools: [tool] }));

    expect(outcome).toMatchObject({
      state: 'failed',
      error: { code: 'run.step_limit', message: expect.stringContaining('the same call') },
    });
    expect(effects).toEqual(['a', 'a']);
  });

  test.each([
    ['a lost lease', new LeaseLostError('Gone.')],
    ['a bug', new TypeError('undefined is not a function')],
  ])('with %s thrown, not told to the person', async (_name, error) => {
    const failing = runAgent(runInput({ models: [scriptedModel([text('Half'), error])] }));
    await expect(failing).rejects.toBe(error);

    const journal = new RecordingJournal(({ type }) => (type === 'tool.called' ? Promise.reject(error) : undefined));
    const model = scriptedModel([calls('echo', {})]);
    await expect(runAgent(runInput({ models: [model], journal, tools: [echo()] }))).rejects.toBe(error);
  });
});

describe('a stop', () => {
  test('before the run begins asks no model', async () => {
    const model = scriptedModel();

    const outcome = await runAgent(runInput({ models: [model], signal: AbortSignal.abort('stopped') }));

    expect(outcome).toEqual({ state: 'cancelled', error: null, usage: { inputTokens: 0, outputTokens: 0 } });
    expect(model.requests).toEqual([]);
  });

  test('in the middle of an answer keeps what was written', async () => {
    const abort = new AbortController();
    const journal = new RecordingJournal();
    const model = scriptedModel([text('Half'), () => abort.abort('stopped'), text(' more')]);

    const outcome = await runAgent(runInput({ models: [model], journal, signal: abort.signal }));

    expect(outcome.state).toBe('cancelled');
    expect(outcome.usage.outputTokens).toBe(2);
    expect(textOf(partsOf(journal))).toBe('Half');
  });

  test('is a stop also when the model takes it for a failure', async () => {
    const abort = new AbortController();
    const model = scriptedModel([text('Half'), () => abort.abort('stopped'), failure('provider.cut')]);

    expect(await runAgent(runInput({ models: [model], signal: abort.signal }))).toMatchObject({
      state: 'cancelled',
      error: null,
    });
  });

  test('in the last step is a stop, not the step limit', async () => {
    const abort = new AbortController();
    const tool = echo(async () => {
      abort.abort('stopped');
      return { output: 'half' };
    });
    const model = scriptedModel([calls('echo', {})]);

    const outcome = await runAgent(
      runInput({ models: [model], tools: [tool], signal: abort.signal, limits: { steps: 1 } }),
    );

    expect(outcome).toMatchObject({ state: 'cancelled', error: null });
  });

  test('while a tool works ends the run without another step', async () => {
    const abort = new AbortController();
    const journal = new RecordingJournal();
    const tool = echo(async () => {
      abort.abort('stopped');
      return { output: 'half' };
    });
    const model = scriptedModel([calls('echo', {}), calls('echo', { word: 'b' }, 'b'), finish()]);

    const outcome = await runAgent(runInput({ models: [model], journal, tools: [tool], signal: abort.signal }));

    expect(outcome).toEqual({ state: 'cancelled', error: null, usage: { inputTokens: 10, outputTokens: 5 } });
    expect(model.requests).toHaveLength(1);
    expect(journal.of('tool.called')).toHaveLength(1);
  });

  test('while it waits for another try ends the run', async () => {
    const abort = new AbortController();
    const journal = new RecordingJournal(({ type }) => (type === 'run.retrying' ? void abort.abort() : undefined));
    const model = scriptedModel([failure('provider.overloaded')]);

    expect((await runAgent(runInput({ models: [model], journal, signal: abort.signal }))).state).toBe('cancelled');
  });
});

describe('a run that goes on after a cut', () => {
  const before: readonly Part[] = [
    said('I say a. '),
    toolPart({ name: 'echo', inputText: '{"word":"a"}', output: 'a was said' }),
    said('It was', 1),
    { type: 'notice', step: 2, kind: 'resumed', text: 'It went on from here.' },
  ];

  test('keeps its text, does not repeat finished tools, and tells the model where it stands', async () => {
    const { effects, tool } = counted();
    const journal = new RecordingJournal();
    const model = scriptedModel([text(' said.'), finish(5, 5)]);

    const outcome = await runAgent(
      runInput({
        models: [model],
        journal,
        tools: [tool],
        parts: before,
        firstStep: 2,
        usage: { inputTokens: 100, outputTokens: 50 },
      }),
    );

    expect(outcome).toEqual({ state: 'succeeded', error: null, usage: { inputTokens: 105, outputTokens: 55 } });
    expect(effects).toEqual([]);
    expect(model.requests[0]?.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I say a. ' },
          { type: 'tool_call', callId: '0-a', name: 'echo', input: { word: 'a' } },
        ],
      },
      { role: 'tool', results: [{ callId: '0-a', name: 'echo', output: 'a was said', isError: false }] },
      { role: 'assistant', content: [{ type: 'text', text: 'It was' }] },
      { role: 'user', text: continueInstruction },
    ]);
    expect(journal.of('text.delta')).toMatchObject([{ step: 2, text: ' said.' }]);
    expect(textOf(partsOf(journal, before))).toBe('I say a. It was said.');
  });

  test('has all its steps again', async () => {
    const model = scriptedModel([calls('echo', { word: '1' })], [text('Done.')]);

    const outcome = await runAgent(
      runInput({ models: [model], tools: [echo()], parts: before, firstStep: 49, limits: { steps: 2 } }),
    );

    expect(outcome.state).toBe('succeeded');
  });

  test('says of a call that it may have had its effect, and leaves it to the model', async () => {
    const { effects, tool } = counted();
    const model = scriptedModel([text('I look first.')]);

    await runAgent(
      runInput({
        models: [model],
        tools: [tool],
        parts: [toolPart({ name: 'echo', state: 'unknown', output: '' })],
        firstStep: 1,
      }),
    );

    expect(effects).toEqual([]);
    expect(model.requests[0]?.messages.at(-1)).toMatchObject({
      role: 'tool',
      results: [{ isError: true, output: expect.stringContaining('outcome of this call is unknown') }],
    });
  });

  test.each([1, 5, 40])('after word %i says every word once', async (words) => {
    const abort = new AbortController();
    const clock = new FakeClock();
    const model = createOfflineModel({ clock, wordMs: 0 });
    const conversation = [asks('help')];
    let left = words;
    const cut = new RecordingJournal(() => {
      left -= 1;
      if (left === 0) abort.abort('cut');
      return undefined;
    });
    await runAgent(runInput({ models: [model], clock, conversation, journal: cut, signal: abort.signal }));
    expect(whatItUnderstands.startsWith(cut.text)).toBe(true);
    expect(cut.text.length).toBeLessThan(whatItUnderstands.length);

    const onward = new RecordingJournal();
    const parts = partsOf(cut);
    await runAgent(runInput({ models: [model], clock, conversation, journal: onward, parts, firstStep: 1 }));

    expect(cut.text + onward.text).toBe(whatItUnderstands);
  });
});
