import { describe, expect, test } from 'vitest';
import { emptyTranscript, finished, logOf, messageNo, modelNo, run, runNo, running, sent } from '../test/samples.ts';
import type { EventBody } from './events.ts';
import { foldEvents } from './fold.ts';
import type { Transcript } from './transcript.ts';

const after = (...bodies: readonly EventBody[]): Transcript => foldEvents(emptyTranscript(), logOf(bodies));
const then = (state: Transcript, ...bodies: readonly EventBody[]): Transcript =>
  foldEvents(state, logOf(bodies, state.seq + 1));

const model = { ...modelNo(1), contextWindow: 1000 };
const started: EventBody = { type: 'run.started', run: running(1) };
const call = (inputTokens: number, outputTokens: number, n = 1): Extract<EventBody, { type: 'step.finished' }> => ({
  type: 'step.finished',
  runId: runNo(n),
  messageId: messageNo(2 * n),
  step: 0,
  usage: { inputTokens, outputTokens, cost: 10 },
  model,
});
const summary: Extract<EventBody, { type: 'context.summarised' }> = {
  ...call(900, 20),
  type: 'context.summarised',
  text: 'In short.',
  upTo: { seq: 1, step: null },
  contextTokens: 80,
  model,
};
const contextOf = ({ messages }: Transcript) => messages.at(-1)?.run?.context;

describe('the window', () => {
  test('is unknown until a model has answered, and then as full as its last call says', () => {
    const state = after(...sent(1), started);
    expect(contextOf(state)).toBeNull();

    const once = then(state, call(100, 20));
    expect(contextOf(once)).toEqual({ tokens: 120, window: 1000 });
    expect(contextOf(then(once, call(150, 30)))).toEqual({ tokens: 180, window: 1000 });
  });

  test('is emptier after a summary, before the model is asked again', () => {
    const full = after(...sent(1), started, call(880, 20));

    const summed = then(full, summary);
    expect(contextOf(summed)).toEqual({ tokens: 80, window: 1000 });
    expect(contextOf(then(summed, call(85, 5)))).toEqual({ tokens: 90, window: 1000 });
  });

  test('stays as full as it was where an entry does not say', () => {
    const { contextTokens: _unsaid, ...old } = summary;
    const state = after(...sent(1), started, call(100, 20), old, call(0, 0));

    expect(contextOf(state)).toEqual({ tokens: 120, window: 1000 });
  });

  test('of a model that nobody describes has no size', () => {
    const { model: _unsaid, ...old } = call(100, 20);

    expect(contextOf(after(...sent(1), started, old))).toEqual({ tokens: 120, window: null });
  });

  test('of another run is not that of the answer in view', () => {
    const state = after(...sent(1), started, { ...call(100, 20), runId: runNo(7) });

    expect(contextOf(state)).toBeNull();
    expect(state.usage).toEqual({ inputTokens: 100, outputTokens: 20, cost: 10 });
  });
});

describe('what the session has used', () => {
  test('grows with every call, and by the sub-agents’ when the run tells its sum', () => {
    const state = after(...sent(1), started, call(100, 20), summary, call(50, 5));
    expect(state.usage).toEqual({ inputTokens: 1050, outputTokens: 45, cost: 30 });
    expect(state.messages.at(-1)?.run?.usage).toEqual(state.usage);

    const usage = { inputTokens: 2050, outputTokens: 145, cost: 90 };
    expect(then(state, finished(1, { usage })).usage).toEqual(usage);
  });

  test('is not counted again when a run is taken up with what it had used, nor for a run in the queue', () => {
    const usage = { inputTokens: 100, outputTokens: 20, cost: 10 };
    const state = after(...sent(1), started, call(100, 20));
    const resumed: EventBody = { type: 'run.resumed', run: running(1, { usage }), step: 1, reason: 'worker_lost' };
    expect(then(state, resumed).usage).toEqual(usage);

    // What its sub-agents had used by then was not folded.
    const more = { inputTokens: 300, outputTokens: 40, cost: 15 };
    expect(then(state, { ...resumed, run: running(1, { usage: more }) }).usage).toEqual(more);

    // One that had waited for a person stands in the queue again, with what it had used.
    const opened = emptyTranscript({ queue: [run(1, { usage })], usage, seq: 9 });
    expect(then(opened, resumed).usage).toEqual(usage);
  });

  test('keeps that of an answer which a retry has replaced', () => {
    const state = after(...sent(1), started, call(100, 20), finished(1, { usage: call(100, 20).usage }));

    const retried = then(state, { type: 'message.updated', messageId: messageNo(2), isSuperseded: true });
    expect(retried.usage).toEqual({ inputTokens: 100, outputTokens: 20, cost: 10 });
  });
});
