import { describe, expect, test } from 'vitest';
import {
  emptyTranscript,
  finished,
  logOf,
  message,
  messageNo,
  run,
  runNo,
  running,
  sent,
  session,
  steerOf,
  timeOf,
} from '../test/samples.ts';
import type { EventBody } from './events.ts';
import { activeRun, foldEvent, foldEvents, GapError } from './fold.ts';
import type { RunDto } from './runs.ts';
import type { Transcript } from './transcript.ts';

function after(...bodies: readonly EventBody[]): Transcript {
  return foldEvents(emptyTranscript(), logOf(bodies));
}

/** What comes after a log, folded onto it. */
function then(state: Transcript, ...bodies: readonly EventBody[]): Transcript {
  return foldEvents(state, logOf(bodies, state.seq + 1));
}

function idsOf(state: Transcript): readonly string[] {
  return state.messages.map(({ id }) => id);
}

function text(words: string, n = 1): EventBody {
  return { type: 'text.delta', messageId: messageNo(2 * n), step: 0, text: words };
}

const started: EventBody = { type: 'run.started', run: running(1) };

describe('the place in the log', () => {
  test('an entry carries the transcript on to its own place', () => {
    expect(after(...sent(1)).seq).toBe(3);
  });

  test('an entry that was seen before changes nothing, not even the object', () => {
    const events = logOf([...sent(1), started, text('Hello')]);
    const state = foldEvents(emptyTranscript(), events);

    for (const event of events) expect(foldEvent(state, event)).toBe(state);
  });

  test('a hole in the log is refused, with the place that was expected', () => {
    const [entry] = logOf([text('late')], 7);
    const state = after(...sent(1));
    if (!entry) throw new Error('There is an entry.');

    expect(() => foldEvent(state, entry)).toThrow(new GapError(4, 7));
    expect(() => foldEvent(state, entry)).toThrow(GapError);
  });

  test('a merged entry stands for all from its first to its last', () => {
    const state = after(...sent(1), started);

    const next = foldEvent(state, { ...text('Hello world'), from: 5, seq: 9, at: timeOf(9) });

    expect(next.seq).toBe(9);
    expect(next.messages[1]?.parts).toEqual([{ type: 'text', step: 0, text: 'Hello world' }]);
  });

  test.each([
    ['begins after a hole', 6],
    ['begins with what was seen already', 4],
  ])('a merged entry that %s is refused: it cannot be taken apart', (_name, from) => {
    const state = after(...sent(1), started);

    expect(() => foldEvent(state, { ...text('Hello'), from, seq: 9, at: timeOf(9) })).toThrow(GapError);
  });

  test('a merged entry that was seen as a whole changes nothing', () => {
    const state = after(...sent(1), started, text('a'), text('b'));

    expect(foldEvent(state, { ...text('ab'), from: 5, seq: 6, at: timeOf(6) })).toBe(state);
  });
});

describe('messages', () => {
  test('a message that was created stands last, at its place in the log', () => {
    const state = after({ type: 'files.changed', changes: [] }, { type: 'message.created', message: message(1) });

    expect(state.messages).toEqual([{ ...message(1), seq: 2 }]);
  });

  test('a superseded message leaves the view, one that is not stays', () => {
    const state = after(...sent(1));

    const kept = then(state, { type: 'message.updated', messageId: messageNo(2), isSuperseded: false });
    const gone = then(state, { type: 'message.updated', messageId: messageNo(2), isSuperseded: true });

    expect(idsOf(kept)).toEqual([messageNo(1), messageNo(2)]);
    expect(idsOf(gone)).toEqual([messageNo(1)]);
  });

  test('a retry puts a new answer in the place of the old one', () => {
    const again = run(2, { userMessageId: messageNo(1) });
    const state = then(
      after(...sent(1), started, text('Old'), finished(1)),
      { type: 'message.updated', messageId: messageNo(2), isSuperseded: true },
      { type: 'message.created', message: message(4, { parentId: messageNo(1), run: again }) },
      { type: 'run.queued', run: again },
      { type: 'run.started', run: { ...again, state: 'running' } },
      text('New', 2),
    );

    expect(idsOf(state)).toEqual([messageNo(1), messageNo(4)]);
    expect(state.messages[1]?.parts).toEqual([{ type: 'text', step: 0, text: 'New' }]);
    expect(activeRun(state)?.id).toBe(runNo(2));
  });

  test('an entry about a message that is not in view changes only the place', () => {
    const state = after(...sent(1), started);

    expect(then(state, text('elsewhere', 9))).toEqual({ ...state, seq: state.seq + 1 });
  });

  test.each<[string, EventBody, object]>([
    ['text.delta', text('Hi'), { type: 'text', text: 'Hi' }],
    [
      'reasoning.delta',
      { type: 'reasoning.delta', messageId: messageNo(2), step: 0, text: 'Hm' },
      { type: 'reasoning', text: 'Hm', startedAt: timeOf(5), endedAt: null },
    ],
    [
      'tool.input_delta',
      { type: 'tool.input_delta', messageId: messageNo(2), step: 0, callId: 'a', name: 'read_file', text: '{' },
      { type: 'tool', state: 'drafting', inputText: '{' },
    ],
    [
      'tool.called',
      {
        type: 'tool.called',
        messageId: messageNo(2),
        step: 0,
        callId: 'a',
        name: 'read_file',
        title: 'Read a.md',
        inputText: '{}',
      },
      { type: 'tool', state: 'running', title: 'Read a.md' },
    ],
    [
      'run.retrying',
      {
        type: 'run.retrying',
        runId: runNo(1),
        messageId: messageNo(2),
        step: 0,
        attempt: 1,
        delayMs: 1000,
        error: { code: 'provider.overloaded', message: 'Busy. Trying again in 1 s.', retryable: true },
      },
      { type: 'notice', kind: 'retrying', text: 'Busy. Trying again in 1 s.' },
    ],
  ])('%s writes into the answer it names', (_type, body, part) => {
    const state = then(after(...sent(1), started), body);

    expect(state.messages[1]?.parts).toMatchObject([part]);
    expect(state.messages[0]?.parts).toEqual(message(1).parts);
  });

  test('what a tool says and how it ends are written into its call', () => {
    const call = { messageId: messageNo(2), callId: 'a' };
    const called: EventBody = { type: 'tool.called', ...call, step: 0, name: 'x', title: 'X', inputText: '{}' };
    const said = then(after(...sent(1), started, called), { type: 'tool.output_delta', ...call, text: 'half' });
    expect(said.messages[1]?.parts).toMatchObject([{ state: 'running', output: 'half', endedAt: null }]);

    const ended = then(said, { type: 'tool.finished', ...call, state: 'failed', output: 'No.' });
    expect(ended.messages[1]?.parts).toMatchObject([{ state: 'failed', output: 'No.', endedAt: timeOf(7) }]);
  });
});

describe('runs', () => {
  test('a queued run waits in order and does not run', () => {
    const state = after(...sent(1), ...sent(2));

    expect(state.queue.map(({ id }) => id)).toEqual([runNo(1), runNo(2)]);
    expect(state.session.isRunning).toBe(false);
    expect(activeRun(state)).toBeNull();
  });

  test('a run that starts leaves the queue and is the one at work, also when another waits behind it', () => {
    const state = then(after(...sent(1), ...sent(2)), started);

    expect(state.queue.map(({ id }) => id)).toEqual([runNo(2)]);
    expect(state.messages[1]?.run).toEqual(running(1));
    expect(state.session.isRunning).toBe(true);
    expect(activeRun(state)?.id).toBe(runNo(1));
  });

  test('a run that waits for a person is at work too', () => {
    const state = after(...sent(1), { type: 'run.started', run: running(1, { state: 'waiting' }) });

    expect(activeRun(state)?.id).toBe(runNo(1));
  });

  test('the end of a step tells what it took, and nothing else', () => {
    const state = after(...sent(1), started);
    const step = { runId: runNo(1), messageId: messageNo(2), step: 0 };

    const next = then(state, { type: 'step.finished', ...step, usage: { inputTokens: 1, outputTokens: 1 } });

    expect(next.usage).toEqual({ inputTokens: 1, outputTokens: 1 });
    expect(next.messages.map(({ parts }) => parts)).toEqual(state.messages.map(({ parts }) => parts));
    expect({ ...next, usage: state.usage, messages: [] }).toEqual({ ...state, messages: [], seq: state.seq + 1 });
  });

  test('a run that ends writes how into its answer, and nothing runs any more', () => {
    const error = { code: 'provider.cut', message: 'It broke.', retryable: true } as const;
    const state = after(...sent(1), started, text('Half'), finished(1, { state: 'failed', error }));

    expect(state.messages[1]?.run).toEqual({
      ...running(1),
      state: 'failed',
      error,
      usage: { inputTokens: 10, outputTokens: 5 },
      finishedAt: timeOf(6),
    });
    expect(state.messages[1]?.parts).toEqual([{ type: 'text', step: 0, text: 'Half' }]);
    expect(state.session.isRunning).toBe(false);
    expect(activeRun(state)).toBeNull();
  });

  test('a run that ends settles the thoughts and calls that were open', () => {
    const place = { messageId: messageNo(2), step: 0 };
    const state = after(
      ...sent(1),
      started,
      { type: 'tool.called', ...place, callId: 'a', name: 'x', title: 'X', inputText: '{}' },
      { type: 'tool.input_delta', ...place, callId: 'b', name: 'x', text: '{"half' },
      { type: 'reasoning.delta', ...place, text: 'Hm' },
      finished(1, { state: 'cancelled' }),
    );

    expect(state.messages[1]?.parts).toMatchObject([
      { type: 'tool', callId: 'a', state: 'cancelled', endedAt: timeOf(8) },
      { type: 'reasoning', text: 'Hm', endedAt: timeOf(8) },
    ]);
  });

  test('the end of an earlier run does not touch an answer that a later run goes on with', () => {
    const later = running(7, { userMessageId: messageNo(1), agentMessageId: messageNo(2) });
    const state = after(...sent(1), { type: 'run.started', run: later }, text('On'));

    expect(then(state, finished(1)).messages[1]?.run).toEqual(later);
  });

  test.each([
    ['worker_lost', 'resumed', 2],
    ['continued', 'continued', 1],
  ] as const)(
    'a run that is resumed because of %s says so, and goes on in the same answer',
    (reason, kind, attempt) => {
      const place = { messageId: messageNo(2), step: 0 };
      const state = after(
        ...sent(1),
        started,
        text('Half'),
        { type: 'tool.called', ...place, callId: 'a', name: 'x', title: 'X', inputText: '{}' },
        { type: 'run.resumed', run: running(1, { attempt }), step: 1, reason },
      );

      expect(state.messages[1]?.run?.attempt).toBe(attempt);
      expect(state.messages[1]?.parts).toMatchObject([
        { type: 'text', text: 'Half' },
        { type: 'tool', state: 'unknown' },
        { type: 'notice', step: 1, kind },
      ]);
      expect(state.session.isRunning).toBe(true);
    },
  );
});

describe('a queued message that is to steer', () => {
  const asked = (steers: RunDto['id'] | null): EventBody => ({ type: 'run.steer_asked', runId: runNo(2), steers });

  test('says so where it waits, until it is not to any more', () => {
    const waiting = after(...sent(1), started, ...sent(2), ...sent(3), asked(runNo(1)));

    expect(waiting.queue).toEqual([{ ...run(2), steers: runNo(1) }, run(3)]);
    expect(then(waiting, asked(null)).queue).toEqual([run(2), run(3)]);
  });

  test('is a part of the answer that reads it, and leaves the queue with the answer it would have had', () => {
    const place = { runId: runNo(1), messageId: messageNo(2), step: 1 };
    const state = after(
      ...sent(1),
      started,
      ...sent(2),
      ...sent(3),
      asked(runNo(1)),
      { type: 'run.steered', ...place, steer: steerOf(2) },
      finished(2, { state: 'cancelled' }),
    );

    expect(state.queue).toEqual([run(3)]);
    expect(idsOf(state)).toEqual([1, 2, 5, 6].map(messageNo));
    expect(state.messages[1]?.parts).toEqual([{ type: 'steer', step: 1, ...steerOf(2) }]);
    expect(activeRun(state)?.id).toBe(runNo(1));
  });
});

describe('a queued run that is stopped', () => {
  test('takes its question and the answer it never began with it, and leaves the one at work alone', () => {
    const state = then(after(...sent(1), ...sent(2)), started, finished(2, { state: 'cancelled' }));

    expect(idsOf(state)).toEqual([messageNo(1), messageNo(2)]);
    expect(state.queue).toEqual([]);
    expect(state.session.isRunning).toBe(true);
  });

  test('leaves the question when it was a retry', () => {
    const again = run(2, { userMessageId: messageNo(1) });
    const state = then(
      after(...sent(1), started, text('Old'), finished(1)),
      { type: 'message.updated', messageId: messageNo(2), isSuperseded: true },
      { type: 'message.created', message: message(4, { parentId: messageNo(1), run: again }) },
      { type: 'run.queued', run: again },
      finished(2, { state: 'cancelled' }),
    );

    expect(idsOf(state)).toEqual([messageNo(1)]);
    expect(state.queue).toEqual([]);
  });

  test('takes its answer away also when that holds what the first one was steered with', () => {
    const again = run(2, { userMessageId: messageNo(1) });
    const steered = { type: 'steer', step: 0, ...steerOf(3) } as const;
    const state = then(
      after(...sent(1), started, text('Old'), finished(1)),
      { type: 'message.updated', messageId: messageNo(2), isSuperseded: true },
      { type: 'message.created', message: message(4, { parentId: messageNo(1), run: again, parts: [steered] }) },
      { type: 'run.queued', run: again },
      finished(2, { state: 'cancelled' }),
    );

    expect(idsOf(state)).toEqual([messageNo(1)]);
  });

  test('takes away what it brought also for a reader that came while it waited', () => {
    const opened = after(...sent(1), started, ...sent(2));
    const snapshot = {
      ...opened,
      messages: opened.messages.map((each, n) => (n === 3 ? { ...each, run: null } : each)),
    };

    expect(idsOf(then(snapshot, finished(2, { state: 'cancelled' })))).toEqual([messageNo(1), messageNo(2)]);
  });

  test.each([
    ['in the middle', [text('Half')]],
    ['before its first word', []],
  ])('leaves question and answer when it was to continue an answer that broke %s', (_name, written) => {
    const onward = run(2, { userMessageId: messageNo(1), agentMessageId: messageNo(2) });
    const before = after(...sent(1), started, ...written, finished(1, { state: 'failed' }));
    const stopped = finished(2, { messageId: messageNo(2), state: 'cancelled' });

    const state = then(before, { type: 'run.queued', run: onward }, stopped);

    expect(state.messages).toEqual(before.messages);
    expect(state.queue).toEqual([]);
  });

  test('leaves the answer it was to continue also for a reader that came while it waited', () => {
    const onward = run(2, { userMessageId: messageNo(1), agentMessageId: messageNo(2) });
    const opened = after(...sent(1), started, text('Half'), finished(1, { state: 'failed' }));
    const answer = opened.messages[1];
    if (!answer) throw new Error('There is an answer.');
    const snapshot = { ...opened, messages: opened.messages.with(1, { ...answer, run: onward }), queue: [onward] };

    const state = then(snapshot, finished(2, { messageId: messageNo(2), state: 'cancelled' }));

    expect(idsOf(state)).toEqual([messageNo(1), messageNo(2)]);
  });
});

describe('what stands beside the messages', () => {
  test('changed files make older lists of them stale', () => {
    const state = after(...sent(1), { type: 'files.changed', changes: [{ path: 'a.md', kind: 'created' }] });

    expect(state.filesVersion).toBe(4);
  });

  test('the todo list is replaced as a whole', () => {
    const state = after(
      { type: 'todos.updated', items: [{ text: 'One', state: 'open' }] },
      { type: 'todos.updated', items: [{ text: 'Two', state: 'done' }] },
    );

    expect(state.todos).toEqual([{ text: 'Two', state: 'done' }]);
  });

  test('a change of the session does not say whether it runs: its runs do', () => {
    const state = after(...sent(1), started, {
      type: 'session.updated',
      session: session({ title: 'Renamed', version: 2, isRunning: false }),
    });

    expect(state.session).toEqual(session({ title: 'Renamed', version: 2, isRunning: true }));
  });
});
