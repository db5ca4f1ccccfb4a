import type { ToolDecision, ToolPart } from '@atelier/contracts/parts';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { allowAll, echo, RecordingJournal, stepContext } from '../test/doubles.ts';
import { anAnswer, aTime, toolPart } from '../test/samples.ts';
import { callTools } from './call-tools.ts';
import { defineTool } from './define-tool.ts';
import { type Approvals, LeaseLostError, WorkspaceError } from './ports.ts';
import { RepetitionGuard } from './repetition-guard.ts';

/** A call that is planned and not made. */
function call(word: unknown, over: Partial<ToolPart> = {}): ToolPart {
  const inputText = JSON.stringify({ word });
  const planned = { step: 0, state: 'planned', title: `Say ${word}`, output: '', endedAt: null } as const;
  return toolPart({ ...planned, callId: `0-${String(word)}`, name: 'echo', inputText, ...over });
}

describe('a tool call', () => {
  test('is durable before it has an effect, and its result is written after', async () => {
    const order: string[] = [];
    const journal = new RecordingJournal(async ({ type }) => {
      await Promise.resolve();
      order.push(type);
    });
    const tool = echo(async (word) => {
      order.push(`effect of ${word}`);
      return { output: word };
    });

    await callTools(stepContext({ journal, tools: [tool] }), [call('a'), call('b')], new RepetitionGuard());

    const each = (word: string) => ['tool.called', `effect of ${word}`, 'tool.finished'];
    expect(order).toEqual([...each('a'), ...each('b')]);
  });

  test('has no effect when it could not be made durable', async () => {
    const effects: string[] = [];
    const journal = new RecordingJournal(() => Promise.reject(new LeaseLostError('Gone.')));
    const tool = echo(async (word) => {
      effects.push(word);
      return { output: word };
    });

    const calling = callTools(stepContext({ journal, tools: [tool] }), [call('a')], new RepetitionGuard());

    await expect(calling).rejects.toThrow(LeaseLostError);
    expect(effects).toEqual([]);
  });

  test('is written with its title, its arguments and what came out', async () => {
    const journal = new RecordingJournal();

    const result = await callTools(
      stepContext({ journal, tools: [echo()] }),
      [call('a', { step: 3 })],
      new RepetitionGuard(),
    );

    expect(result).toEqual({ invalidCalls: 0, isStuck: false, isWaiting: false });
    expect(journal.bodies).toEqual([
      {
        type: 'tool.called',
        messageId: anAnswer,
        step: 3,
        callId: '0-a',
        name: 'echo',
        title: 'Say a',
        inputText: '{"word":"a"}',
      },
      { type: 'tool.finished', messageId: anAnswer, callId: '0-a', state: 'succeeded', output: 'a' },
    ]);
  });

  test('without arguments is a call with none', async () => {
    const journal = new RecordingJournal();

    await callTools(stepContext({ journal, tools: [echo()] }), [call('a', { inputText: '' })], new RepetitionGuard());

    expect(journal.of('tool.finished')).toMatchObject([{ state: 'succeeded', output: 'nothing' }]);
  });

  test('streams what its tool says while it works', async () => {
    const journal = new RecordingJournal();
    const tool = echo(async (_word, { emit }) => {
      emit('half');
      emit(' done');
      return { output: 'half done' };
    });

    await callTools(stepContext({ journal, tools: [tool] }), [call('a')], new RepetitionGuard());

    expect(journal.types).toEqual(['tool.called', 'tool.output_delta', 'tool.output_delta', 'tool.finished']);
    expect(journal.of('tool.output_delta').map(({ callId, text }) => [callId, text])).toEqual([
      ['0-a', 'half'],
      ['0-a', ' done'],
    ]);
  });

  test('whose output finds the lease lost ends with that error, and no other is left over', async () => {
    const leftOver: unknown[] = [];
    const note = (error: unknown) => leftOver.push(error);
    process.on('unhandledRejection', note);
    const journal = new RecordingJournal(({ type }) =>
      type === 'tool.called' ? undefined : Promise.reject(new LeaseLostError('Gone.')),
    );
    const tool = echo(async (_word, { emit }) => {
      emit('half');
      await new Promise((resolve) => setImmediate(resolve));
      return { output: 'whole' };
    });

    try {
      const calling = callTools(stepContext({ journal, tools: [tool] }), [call('a')], new RepetitionGuard());
      await expect(calling).rejects.toThrow(LeaseLostError);
    } finally {
      process.off('unhandledRejection', note);
    }
    expect(leftOver).toEqual([]);
  });
});

describe('a call that cannot be made', () => {
  test.each([
    ['a tool nobody has', call('a', { name: 'fly' }), 'There is no tool fly. The tools are: echo.', 0],
    ['arguments that are no JSON', call('a', { inputText: '{"word":' }), 'The arguments are not valid JSON.', 1],
    ['arguments of the wrong kind', call(42), 'The arguments do not fit:', 0],
    ['an argument too many', call('a', { inputText: '{"word":"a","loud":true}' }), 'loud', 0],
    ['a list in place of arguments', call('a', { inputText: '[1]' }), 'The arguments do not fit:', 0],
  ])('because of %s is answered to the model, and has no effect', async (_name, request, answer, invalidCalls) => {
    const effects: string[] = [];
    const journal = new RecordingJournal();
    const tool = echo(async (word) => {
      effects.push(word);
      return { output: word };
    });

    const result = await callTools(stepContext({ journal, tools: [tool] }), [request], new RepetitionGuard());

    expect(result).toEqual({ invalidCalls, isStuck: false, isWaiting: false });
    expect(journal.types).toEqual(['tool.called', 'tool.finished']);
    expect(journal.of('tool.finished')).toMatchObject([{ state: 'failed', output: expect.stringContaining(answer) }]);
    expect(effects).toEqual([]);
  });

  test('because of arguments that are no JSON counts each time, also when it is the same once more', async () => {
    const guard = new RepetitionGuard();
    const context = stepContext({ journal: new RecordingJournal(), tools: [echo(async (word) => ({ output: word }))] });
    const counts: number[] = [];
    for (const id of ['a', 'b', 'c', 'd']) {
      counts.push((await callTools(context, [call(id, { inputText: '{"word":' })], guard)).invalidCalls);
    }

    expect(counts).toEqual([1, 1, 1, 1]);
  });

  test('does not keep the next one from being made', async () => {
    const journal = new RecordingJournal();

    await callTools(
      stepContext({ journal, tools: [echo()] }),
      [call('a', { name: 'fly' }), call('b')],
      new RepetitionGuard(),
    );

    expect(journal.of('tool.finished').map(({ state }) => state)).toEqual(['failed', 'succeeded']);
  });
});

describe('a tool that fails', () => {
  test('with words of the workspace answers with them', async () => {
    const journal = new RecordingJournal();
    const tool = echo(() => Promise.reject(new WorkspaceError('There is no file a.md.')));

    await callTools(stepContext({ journal, tools: [tool] }), [call('a')], new RepetitionGuard());

    expect(journal.of('tool.finished')).toMatchObject([{ state: 'failed', output: 'There is no file a.md.' }]);
  });

  test('by its own account is written as failed', async () => {
    const journal = new RecordingJournal();
    const tool = echo(async () => ({ output: 'Too short.', isError: true }));

    await callTools(stepContext({ journal, tools: [tool] }), [call('a')], new RepetitionGuard());

    expect(journal.of('tool.finished')).toMatchObject([{ state: 'failed', output: 'Too short.' }]);
  });

  test('unforeseen is a bug: nobody is told its words', async () => {
    const journal = new RecordingJournal();
    const tool = echo(() => Promise.reject(new TypeError('password=hunter2')));

    const calling = callTools(stepContext({ journal, tools: [tool] }), [call('a')], new RepetitionGuard());

    await expect(calling).rejects.toThrow(TypeError);
    expect(journal.types).toEqual(['tool.called']);
  });
});

describe('a stop', () => {
  test('keeps calls from being made that have not begun', async () => {
    const journal = new RecordingJournal();
    const abort = new AbortController();
    const tool = echo(async (word) => {
      abort.abort('stopped');
      return { output: word };
    });

    await callTools(
      stepContext({ journal, tools: [tool], signal: abort.signal }),
      [call('a'), call('b')],
      new RepetitionGuard(),
    );

    expect(journal.of('tool.called').map(({ callId }) => callId)).toEqual(['0-a']);
  });

  test.each([
    ['still answers', async () => ({ output: 'half' })],
    ['fails because of it', () => Promise.reject(new Error('aborted'))],
  ])('leaves the end of a call that %s to the end of the run', async (_name, ending) => {
    const journal = new RecordingJournal();
    const abort = new AbortController();
    const tool = echo((_word, { signal }) => {
      abort.abort('stopped');
      expect(signal.aborted).toBe(true);
      return ending();
    });

    await callTools(stepContext({ journal, tools: [tool], signal: abort.signal }), [call('a')], new RepetitionGuard());

    expect(journal.types).toEqual(['tool.called']);
  });
});

test('a call that is repeated is not made a third time, and says the run is stuck at the fifth', async () => {
  const effects: string[] = [];
  const journal = new RecordingJournal();
  const tool = echo(async (word) => {
    effects.push(word);
    return { output: word };
  });
  const guard = new RepetitionGuard();
  const context = stepContext({ journal, tools: [tool] });
  const results = [];

  for (let round = 0; round < 5; round += 1) results.push(await callTools(context, [call('a')], guard));

  expect(effects).toEqual(['a', 'a']);
  expect(results.map(({ isStuck }) => isStuck)).toEqual([false, false, false, false, true]);
  expect(journal.of('tool.finished').map(({ state }) => state)).toEqual([
    'succeeded',
    'succeeded',
    'failed',
    'failed',
    'failed',
  ]);
  expect(journal.of('tool.finished').at(-1)?.output).toContain('Do something else');
});

describe('a call that is not for the agent alone', () => {
  /** Asks for every word but "fine", and denies "never". */
  const careful: Approvals = {
    ...allowAll,
    judge: async ({ input }) => {
      const word = String(Object(input).word);
      if (word === 'never') return { kind: 'deny', reason: 'That is never allowed.' };
      return word === 'fine' ? { kind: 'allow' } : { kind: 'ask', reason: 'Words are asked for.' };
    },
  };

  function setUp() {
    const effects: string[] = [];
    const journal = new RecordingJournal();
    const tool = echo(async (word) => {
      effects.push(word);
      return { output: word };
    });
    return { effects, journal, context: stepContext({ journal, tools: [tool], approvals: careful }) };
  }
  const leave = (over: Partial<ToolDecision> = {}): ToolDecision => ({
    kind: 'approved',
    by: null,
    text: '',
    isEdited: false,
    at: aTime,
    ...over,
  });

  test('is asked for before anything behind it is made; all of them at once', async () => {
    const { effects, journal, context } = setUp();

    const result = await callTools(
      context,
      [call('fine'), call('a'), call('fine', { callId: '0-2' }), call('b')],
      new RepetitionGuard(),
    );

    expect(result).toEqual({ invalidCalls: 0, isStuck: false, isWaiting: true });
    expect(effects).toEqual(['fine']);
    const request = { kind: 'approval', reason: 'Words are asked for.', expiresAt: '2026-01-01T01:00:00.000Z' };
    expect(journal.of('tool.requested').map(({ callId, request }) => [callId, request])).toEqual([
      ['0-a', request],
      ['0-b', request],
    ]);
    expect(journal.types.slice(0, 2)).toEqual(['tool.requested', 'tool.requested']);
  });

  test('and was asked for waits on, without being asked for again', async () => {
    const { effects, journal, context } = setUp();

    expect(await callTools(context, [call('a', { state: 'waiting' })], new RepetitionGuard())).toMatchObject({
      isWaiting: true,
    });
    expect([effects, journal.types]).toEqual([[], []]);
  });

  test('is made with leave, under the title of the arguments as they were left', async () => {
    const { effects, journal, context } = setUp();

    await callTools(
      context,
      [call('b', { title: 'Say a', decision: leave({ isEdited: true }) }), call('c', { decision: leave() })],
      new RepetitionGuard(),
    );

    expect(effects).toEqual(['b', 'c']);
    expect(journal.of('tool.called').map(({ title }) => title)).toEqual(['Say b', 'Say c']);
  });

  test('is asked for again when the leave is ten minutes old', async () => {
    const { effects, journal, context } = setUp();
    const old = { decision: leave({ at: '2025-12-31T23:49:59.000Z' }) };

    expect(await callTools(context, [call('a', old)], new RepetitionGuard())).toMatchObject({ isWaiting: true });
    expect([effects, journal.types]).toEqual([[], ['tool.requested']]);
  });

  test('is not made when it is denied, whatever leave there was', async () => {
    const { effects, journal, context } = setUp();

    await callTools(context, [call('never'), call('never', { decision: leave() })], new RepetitionGuard());

    expect(effects).toEqual([]);
    expect(journal.of('tool.finished').map(({ state, output }) => [state, output])).toEqual([
      ['failed', 'That is never allowed.'],
      ['failed', 'That is never allowed.'],
    ]);
  });

  test('that is a question waits for its answer', async () => {
    const journal = new RecordingJournal();
    const tool = defineTool({
      name: 'echo',
      description: 'Asks.',
      effect: 'ask',
      input: z.strictObject({ word: z.string() }),
      title: () => 'Ask',
      question: ({ word }) => ({ text: `Is it ${word}?`, choices: ['Yes', 'No'] }),
      execute: () => Promise.reject(new Error('A question is never executed.')),
    });

    const result = await callTools(stepContext({ journal, tools: [tool] }), [call('a')], new RepetitionGuard());

    expect(result.isWaiting).toBe(true);
    expect(journal.of('tool.requested')[0]?.request).toEqual({
      kind: 'question',
      question: { text: 'Is it a?', choices: ['Yes', 'No'] },
      expiresAt: '2026-01-01T01:00:00.000Z',
    });
  });
});
