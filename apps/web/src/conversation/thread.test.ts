import type { MessageDto } from '@atelier/contracts/messages';
import { messageDto } from '@atelier/contracts/messages';
import type { Part } from '@atelier/contracts/parts';
import { type PipelineState, pipelineRunDto } from '@atelier/contracts/pipeline-runs';
import { type RunDto, type RunState, runDto } from '@atelier/contracts/runs';
import type { Transcript } from '@atelier/contracts/transcript';
import { describe, expect, test } from 'vitest';
import { aPipeline } from '../../../../packages/contracts/test/samples.ts';
import { isShown, textOf } from './shown.ts';
import { blocksOf, questionOf, threadOf } from './thread.ts';

const at = '2026-01-02T03:04:05.000Z';
const id = (kind: number, number: number) => `0192aaaa-000${kind}-7000-8000-${String(number).padStart(12, '0')}`;
const sessionId = id(0, 1);

function run(number: number, state: RunState): RunDto {
  return runDto.parse({
    id: id(2, number),
    sessionId,
    userMessageId: id(1, number * 2),
    agentMessageId: id(1, number * 2 + 1),
    state,
    attempt: 1,
    model: 'scripted',
    error: null,
    usage: { inputTokens: 0, outputTokens: 0 },
    queuedAt: at,
    startedAt: null,
    finishedAt: null,
  });
}

/** The question and the answer of one run. */
function exchange(number: number, state: RunState, text = `question ${number}`): readonly MessageDto[] {
  const common = { parentId: null, author: null, createdAt: at, isSuperseded: false };
  return [
    { ...common, id: id(1, number * 2), role: 'user', seq: number * 10, parts: [{ type: 'text', text }], run: null },
    { ...common, id: id(1, number * 2 + 1), role: 'agent', seq: number * 10 + 1, parts: [], run: run(number, state) },
  ].map((message) => messageDto.parse(message));
}

function transcript(messages: readonly MessageDto[], queue: readonly RunDto[] = []): Transcript {
  const session = {
    id: run(1, 'queued').sessionId,
    title: '',
    status: 'open',
    version: 1,
    createdAt: at,
    lastActivityAt: at,
    isRunning: false,
    isWaiting: false,
    model: null,
    agent: null,
  } as const;
  return {
    session,
    messages: [...messages],
    queue: [...queue],
    todos: [],
    usage: { inputTokens: 0, outputTokens: 0 },
    pipeline: null,
    hasOlder: false,
    filesVersion: 0,
    seq: 100,
  };
}

/** A transcript with a pipeline, of which one stage has these runs. */
function withAttempts(
  of: Transcript,
  runs: { readonly runId: RunDto['id']; readonly checkRunId: RunDto['id'] | null },
): Transcript {
  const attempt = { ...aPipeline.attempts[0], ...runs };
  return { ...of, pipeline: pipelineRunDto.parse({ ...aPipeline, attempts: [attempt] }) };
}

describe('what is given back of a run that is taken from the queue', () => {
  test('is the question that came with it', () => {
    const asked = transcript(exchange(1, 'queued', 'why?'), [run(1, 'queued')]);
    expect(questionOf(asked, run(1, 'queued'))).toEqual({ text: 'why?', files: [] });
  });

  test('is nothing where the question stays: another answer to it, or one that goes on', () => {
    const [question, answer] = exchange(1, 'queued');
    const again = transcript([question, { ...answer, seq: 40 }] as MessageDto[]);
    const begun = transcript([question, { ...answer, parts: [{ type: 'text', text: 'so' }] }] as MessageDto[]);
    expect([questionOf(again, run(1, 'queued')), questionOf(begun, run(1, 'queued'))]).toEqual([null, null]);
  });
});

describe('the thread', () => {
  test('shows a message that is about to be answered, and Stop for its run', () => {
    const thread = threadOf(transcript(exchange(1, 'queued'), [run(1, 'queued')]), []);
    expect(thread.messages).toHaveLength(2);
    expect(thread.queued).toEqual([]);
    expect(thread.activeRun?.id).toBe(run(1, 'queued').id);
  });

  test('keeps messages that wait behind a running answer out of sight, as chips', () => {
    const messages = [...exchange(1, 'running'), ...exchange(2, 'queued', 'later')];
    const thread = threadOf(transcript(messages, [run(2, 'queued')]), []);
    expect(thread.messages.map(({ id }) => id)).toEqual(messages.slice(0, 2).map(({ id }) => id));
    expect(thread.queued.map(({ text }) => text)).toEqual(['later']);
    expect(thread.activeRun?.id).toBe(run(1, 'running').id);
  });

  test('says of a message whether the answer is to read it, and whether it may', () => {
    const messages = [...exchange(1, 'running'), ...exchange(2, 'queued'), ...exchange(3, 'queued')];
    const queue = [{ ...run(2, 'queued'), steers: run(1, 'running').id }, run(3, 'queued')];
    const told = (thread: ReturnType<typeof threadOf>) =>
      thread.queued.map(({ isSteering, maySteer }) => [isSteering, maySteer]);

    expect(told(threadOf(transcript(messages, queue), []))).toEqual([
      [true, true],
      [false, true],
    ]);
    // The answer that it was for has ended: it waits for its turn like any other.
    const later = [...exchange(1, 'failed'), ...exchange(4, 'running'), ...exchange(2, 'queued')];
    expect(told(threadOf(transcript(later, queue.slice(0, 1)), []))).toEqual([[false, true]]);
    const stage = { runId: run(3, 'queued').id, checkRunId: null };
    const check = { runId: run(9, 'queued').id, checkRunId: run(1, 'running').id };
    expect(told(threadOf(withAttempts(transcript(messages, queue), stage), []))[1]).toEqual([false, false]);
    expect(told(threadOf(withAttempts(transcript(messages, queue), check), []))[1]).toEqual([false, false]);
  });

  test('has nothing to stop when every answer has ended', () => {
    expect(threadOf(transcript(exchange(1, 'failed')), []).activeRun).toBeNull();
  });

  test('puts earlier pages first', () => {
    const thread = threadOf(transcript(exchange(2, 'succeeded')), exchange(1, 'succeeded'));
    expect(thread.messages.map(({ seq }) => seq)).toEqual([10, 11, 20, 21]);
  });
});

describe('the blocks of an answer', () => {
  const tool = (callId: string): Part => ({
    type: 'tool',
    step: 0,
    callId,
    name: 'read_file',
    title: 'Read',
    inputText: '{}',
    state: 'succeeded',
    output: '',
    startedAt: at,
    endedAt: at,
  });

  test('group consecutive calls, and only those', () => {
    const text: Part = { type: 'text', step: 0, text: 'between' };
    const blocks = blocksOf([tool('a'), tool('b'), text, tool('c')]);
    expect(blocks.map((block) => (block.type === 'tools' ? block.tools.length : block.part.type))).toEqual([
      2,
      'text',
      1,
    ]);
    expect(new Set(blocks.map(({ key }) => key)).size).toBe(3);
  });
});

test('the last answer belongs to the pipeline that it is a stage of, or its check, until that is done', () => {
  const view = transcript([...exchange(1, 'succeeded'), ...exchange(2, 'failed')]);
  const ownerOf = (state: PipelineState, over: object) => {
    const common = { id: id(4, 1), position: 0, attempt: 1, state: 'failed', comment: '', startedAt: at };
    const usage = { inputTokens: 0, outputTokens: 0 };
    const attempt = { ...common, runId: id(2, 9), checkRunId: null, usage, finishedAt: at, ...over };
    const started = { id: id(3, 1), sessionId, pipelineId: null, name: 'P', stages: [], startedAt: at, finishedAt: at };
    const pipeline = pipelineRunDto.parse({ ...started, state, attempts: [attempt] });
    return threadOf({ ...view, pipeline }, []).pipeline?.id ?? null;
  };

  expect(ownerOf('failed', { runId: id(2, 2) })).toBe(id(3, 1));
  expect(ownerOf('running', { checkRunId: id(2, 2) })).toBe(id(3, 1));
  expect(ownerOf('succeeded', { runId: id(2, 2) })).toBeNull();
  expect(ownerOf('failed', { runId: id(2, 1) })).toBeNull();
});

describe('a sent message', () => {
  const messages = exchange(1, 'running', 'hello');

  test('is not shown twice: once the log has it, its own bubble goes', () => {
    expect(isShown({ text: 'hello', afterSeq: 5, messageId: null }, messages)).toBe(true);
    expect(isShown({ text: 'hello', afterSeq: 5, messageId: id(1, 2) }, messages)).toBe(true);
  });

  test('is not taken for an older one with the same words', () => {
    expect(isShown({ text: 'hello', afterSeq: 10, messageId: null }, messages)).toBe(false);
  });

  test('is not shown again once an answer has read it', () => {
    const part = { type: 'steer', step: 1, messageId: id(1, 9), author: null, content: [], sentAt: at };
    const read = messages.map((message) => messageDto.parse({ ...message, parts: [part] }));
    expect(isShown({ text: 'hello', afterSeq: 10, messageId: id(1, 9) }, read)).toBe(true);
    expect(isShown({ text: 'hello', afterSeq: 10, messageId: id(1, 8) }, read)).toBe(false);
  });

  test('is told apart by its id as soon as it has one', () => {
    expect(isShown({ text: 'hello', afterSeq: 5, messageId: id(1, 9) }, messages)).toBe(false);
  });

  test('is shown, further up, when the oldest message at hand is a later one', () => {
    expect(isShown({ text: 'another', afterSeq: 5, messageId: id(1, 1) }, messages)).toBe(true);
  });

  test('reads as its text parts', () => {
    const [question] = messages;
    expect(question && textOf(question)).toBe('hello');
  });
});
