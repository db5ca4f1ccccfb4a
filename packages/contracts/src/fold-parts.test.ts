import { describe, expect, test } from 'vitest';
import {
  anApproval,
  finished,
  logOf,
  messageNo,
  modelNo,
  runNo,
  running,
  sent,
  steerOf,
  timeOf,
} from '../test/samples.ts';
import type { EventBody } from './events.ts';
import { foldParts, isPartEvent } from './fold-parts.ts';
import type { Part, ToolDecision } from './parts.ts';

type Foldable = Parameters<typeof foldParts>[1];

const at = { messageId: messageNo(2), step: 0 };
const text = (words: string, step = 0): Foldable => ({ type: 'text.delta', ...at, step, text: words });
const thought = (words: string, step = 0): Foldable => ({ type: 'reasoning.delta', ...at, step, text: words });
const draft = (callId: string, json: string): Foldable => ({
  type: 'tool.input_delta',
  ...at,
  callId,
  name: 'read_file',
  text: json,
});
const called = (callId: string): Extract<Foldable, { type: 'tool.called' }> => ({
  type: 'tool.called',
  ...at,
  callId,
  name: 'read_file',
  title: 'Read a.md',
  inputText: '{"path":"a.md"}',
});
const output = (callId: string, words: string): Foldable => ({
  type: 'tool.output_delta',
  messageId: at.messageId,
  callId,
  text: words,
});
const ended = (callId: string): Foldable => ({
  type: 'tool.finished',
  messageId: at.messageId,
  callId,
  state: 'succeeded',
  output: 'whole',
});

/** The parts after these entries, the first of them at second 1. */
function partsAfter(...events: readonly Foldable[]): Part[] {
  return events.reduce<Part[]>((parts, event, index) => foldParts(parts, event, timeOf(index + 1)), []);
}

describe('text', () => {
  test('grows while it is of one step', () => {
    expect(partsAfter(text('a'), text('b'))).toEqual([{ type: 'text', step: 0, text: 'ab' }]);
  });

  test('of another step is a part of its own', () => {
    expect(partsAfter(text('a'), text('b', 1))).toEqual([
      { type: 'text', step: 0, text: 'a' },
      { type: 'text', step: 1, text: 'b' },
    ]);
  });

  test('after a tool does not run into the text before it', () => {
    expect(partsAfter(text('a'), called('x'), text('b'))).toMatchObject([
      { text: 'a' },
      { type: 'tool' },
      { text: 'b' },
    ]);
  });
});

describe('thoughts', () => {
  test('grow, keep the time they began, and are open', () => {
    expect(partsAfter(thought('a'), thought('b'))).toEqual([
      { type: 'reasoning', step: 0, text: 'ab', startedAt: timeOf(1), endedAt: null },
    ]);
  });

  test.each([
    ['text', text('x')],
    ['the draft of a call', draft('x', '{')],
    ['a call', called('x')],
  ])('end when %s follows', (_name, next) => {
    expect(partsAfter(thought('a'), thought('b'), next)[0]).toMatchObject({ endedAt: timeOf(3) });
  });

  test('after other parts begin anew', () => {
    expect(partsAfter(thought('a'), text('x'), thought('b'))).toMatchObject([
      { type: 'reasoning', text: 'a' },
      { type: 'text' },
      { type: 'reasoning', text: 'b', startedAt: timeOf(3), endedAt: null },
    ]);
  });
});

describe('what a provider wants back', () => {
  const providerData = { kind: 'anthropic', model: 'm', data: '{"signature":"s"}' } as const;
  const signed = (words: string): Foldable => ({ type: 'reasoning.delta', ...at, text: words, providerData });

  test('stays with the thought it came with, and makes it whole', () => {
    expect(partsAfter(thought('a'), signed('b'), thought('c'), signed(''))).toEqual([
      { type: 'reasoning', step: 0, text: 'ab', startedAt: timeOf(1), endedAt: timeOf(3), providerData },
      { type: 'reasoning', step: 0, text: 'c', startedAt: timeOf(3), endedAt: null, providerData },
    ]);
  });

  test('of a thought that is not told is a part all the same', () => {
    expect(partsAfter(signed(''), text('x'))).toEqual([
      { type: 'reasoning', step: 0, text: '', startedAt: timeOf(1), endedAt: timeOf(2), providerData },
      { type: 'text', step: 0, text: 'x' },
    ]);
  });

  test.each([
    ['was drafted', [draft('x', '{')]],
    ['appears when it is made', []],
  ])('stays with a call that %s', (_name, before) => {
    expect(partsAfter(...before, { ...called('x'), providerData }, ended('x'))).toMatchObject([
      { callId: 'x', state: 'succeeded', providerData },
    ]);
  });

  test('is not there where none came', () => {
    const parts = partsAfter(thought('a'), called('x'));

    expect(parts.map((part) => 'providerData' in part)).toEqual([false, false]);
  });
});

describe('tools', () => {
  test('a call is drafted, runs, says something and ends, as one part', () => {
    const drafted = { type: 'tool', step: 0, callId: 'x', name: 'read_file', output: '', endedAt: null };
    expect(partsAfter(draft('x', '{"pa'), draft('x', 'th"'))).toEqual([
      { ...drafted, title: '', inputText: '{"path"', state: 'drafting', startedAt: timeOf(1) },
    ]);

    expect(
      partsAfter(draft('x', '{"pa'), draft('x', 'th"'), called('x'), output('x', 'ha'), output('x', 'lf')),
    ).toEqual([
      {
        ...drafted,
        title: 'Read a.md',
        inputText: '{"path":"a.md"}',
        state: 'running',
        output: 'half',
        startedAt: timeOf(3),
      },
    ]);

    expect(partsAfter(draft('x', '{'), called('x'), output('x', 'half'), ended('x'))).toMatchObject([
      { state: 'succeeded', output: 'whole', startedAt: timeOf(2), endedAt: timeOf(4) },
    ]);
  });

  test('a call that was never drafted appears when it is made', () => {
    expect(partsAfter(called('x'))).toMatchObject([{ callId: 'x', state: 'running', startedAt: timeOf(1) }]);
  });

  test('two calls do not mix', () => {
    expect(
      partsAfter(draft('x', 'x1'), draft('y', 'y1'), draft('x', 'x2'), draft('y', 'y2')).map(
        (part) => part.type === 'tool' && part.inputText,
      ),
    ).toEqual(['x1x2', 'y1y2']);
  });

  test('output of a call nobody knows is left out', () => {
    const before = partsAfter(text('a'));

    expect(foldParts(before, output('x', 'lost'), timeOf(2))).toEqual(before);
    expect(foldParts(before, ended('x'), timeOf(2))).toEqual(before);
  });
});

describe('the end of a run', () => {
  const open = [draft('d', '{"half'), called('r'), called('f'), ended('f'), thought('hm')];

  test.each([
    ['succeeded', 'cancelled'],
    ['failed', 'cancelled'],
    ['cancelled', 'cancelled'],
    ['interrupted', 'unknown'],
  ] as const)('that has %s drops drafts, ends thoughts and leaves what ran %s', (state, left) => {
    const parts = partsAfter(...open, { ...finished(1), state });

    expect(parts).toMatchObject([
      { callId: 'r', state: left, endedAt: timeOf(6) },
      { callId: 'f', state: 'succeeded', endedAt: timeOf(4) },
      { type: 'reasoning', endedAt: timeOf(6) },
    ]);
    expect(parts).toHaveLength(3);
  });

  test('leaves what is settled as it is', () => {
    const settled = partsAfter(...open, finished(1));

    expect(foldParts(settled, finished(1), timeOf(99))).toEqual(settled);
  });
});

describe('a run that goes on', () => {
  test.each([
    ['worker_lost', 'resumed'],
    ['continued', 'continued'],
  ] as const)('after %s never knows how the open call ended', (reason, kind) => {
    expect(
      partsAfter(text('a'), called('r'), draft('d', '{'), { type: 'run.resumed', run: running(1), step: 1, reason }),
    ).toMatchObject([
      { type: 'text', text: 'a' },
      { callId: 'r', state: 'unknown', endedAt: timeOf(4) },
      { type: 'notice', step: 1, kind },
    ]);
  });

  test('says why it waits before it tries the model again', () => {
    const error = { code: 'provider.rate_limited', message: 'Trying again in 2 s.', retryable: true } as const;
    const retrying: Foldable = { type: 'run.retrying', ...at, runId: runNo(1), attempt: 1, delayMs: 2000, error };

    expect(partsAfter(retrying)).toEqual([{ type: 'notice', step: 0, kind: 'retrying', text: error.message }]);
  });
});

test('only the entries that write into parts, and nothing else, are called so', () => {
  const bodies: EventBody[] = [...sent(1), finished(1), { type: 'todos.updated', items: [] }];
  const others = logOf([...bodies, { type: 'run.resumed', run: running(1), step: 0, reason: 'continued' }]);
  const writing: Foldable[] = [text('a'), thought('a'), draft('x', ''), called('x'), output('x', ''), ended('x')];

  expect(others.filter(isPartEvent)).toEqual([]);
  expect(logOf(writing).every(isPartEvent)).toBe(true);
});

describe('a call that waits for a person', () => {
  const planned = (callId: string): Foldable => ({ ...called(callId), type: 'tool.planned' }) as Foldable;
  const requested = (callId: string): Foldable => ({
    type: 'tool.requested',
    messageId: at.messageId,
    callId,
    request: anApproval,
  });
  const decided = (callId: string, kind: ToolDecision['kind'], inputText: string | null = null): Foldable => ({
    type: 'tool.decided',
    messageId: at.messageId,
    callId,
    decision: { kind, by: null, text: 'So.', isEdited: inputText !== null, at: timeOf(9) },
    inputText,
  });
  const resumed: Foldable = { type: 'run.resumed', run: running(1), step: 0, reason: 'decided' };

  test('is whole before anything is done for it, and says what it waits for', () => {
    expect(partsAfter(draft('x', '{"pa'), planned('x'))).toMatchObject([
      { state: 'planned', title: 'Read a.md', inputText: '{"path":"a.md"}', endedAt: null },
    ]);
    expect(partsAfter(planned('x'), requested('x'))).toMatchObject([{ state: 'waiting', request: anApproval }]);
  });

  test('is to be done once it may be, with the arguments as the person left them', () => {
    expect(partsAfter(planned('x'), requested('x'), decided('x', 'approved', '{"path":"b.md"}'))).toMatchObject([
      { state: 'planned', inputText: '{"path":"b.md"}', decision: { isEdited: true }, endedAt: null },
    ]);
  });

  test.each([
    ['answered', 'succeeded'],
    ['denied', 'failed'],
    ['expired', 'failed'],
  ] as const)('%s has %s with what was said', (kind, state) => {
    expect(partsAfter(planned('x'), requested('x'), decided('x', kind))).toMatchObject([
      { state, output: 'So.', endedAt: timeOf(3) },
    ]);
  });

  test('is kept when the run goes on, and given up when it ends', () => {
    const parts = [planned('x'), requested('x'), planned('y')];
    expect(partsAfter(...parts, resumed)).toMatchObject([{ state: 'waiting' }, { state: 'planned' }]);
    expect(partsAfter(...parts, finished(1) as Foldable)).toMatchObject([
      { state: 'cancelled', endedAt: timeOf(4) },
      { state: 'cancelled' },
    ]);
  });
});

test('a summary stands at its place, and ends the thought before it', () => {
  const runAt = { ...at, runId: runNo(1) };
  const upTo = { seq: 4, step: null };
  const usage = { inputTokens: 100, outputTokens: 10 };

  expect(
    partsAfter(
      { type: 'reasoning.delta', ...at, text: 'Hm' },
      { type: 'context.summarised', ...runAt, text: 'In short.', upTo, usage, model: modelNo(1) },
    ),
  ).toMatchObject([
    { type: 'reasoning', endedAt: expect.any(String) },
    { type: 'summary', step: 0, text: 'In short.', upTo },
  ]);
});

test('a message that the answer reads stands at its place, and ends the thought before it', () => {
  const steered = { type: 'run.steered', ...at, step: 1, runId: runNo(1), steer: steerOf(2) } as const;

  expect(partsAfter(thought('Hm'), steered, text('Yes.', 1), text(' Done.', 1))).toMatchObject([
    { type: 'reasoning', endedAt: timeOf(2) },
    { type: 'steer', step: 1, messageId: messageNo(3), content: [{ type: 'text', text: 'Question 3' }] },
    { type: 'text', step: 1, text: 'Yes. Done.' },
  ]);
});

test('another model that goes on, and money that runs out, are told at their place', () => {
  const error = { code: 'provider.overloaded', message: 'Together answered 503.', retryable: true } as const;
  const runAt = { ...at, runId: runNo(1) };

  expect(
    partsAfter(
      { type: 'run.fell_back', ...runAt, failed: modelNo(1), next: modelNo(2), error },
      { type: 'run.noticed', ...runAt, kind: 'budget', text: 'Nearly used up.' },
    ),
  ).toEqual([
    { type: 'notice', step: 0, kind: 'fell_back', text: 'Together answered 503. Continued with Model 2.' },
    { type: 'notice', step: 0, kind: 'budget', text: 'Nearly used up.' },
  ]);
});
