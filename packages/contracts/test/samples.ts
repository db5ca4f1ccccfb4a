import type { CheckpointDto } from '../src/checkpoints.ts';
import type { EventBody, SessionEvent } from '../src/events.ts';
import { messageId, pipelineRunId, runId, sessionId, stageRunId, uploadId, userId } from '../src/ids.ts';
import type { MessageDto } from '../src/messages.ts';
import type { AskedModel } from '../src/models.ts';
import type { Steer, ToolRequest } from '../src/parts.ts';
import type { PipelineRunDto } from '../src/pipeline-runs.ts';
import type { RunDto } from '../src/runs.ts';
import type { SessionDto } from '../src/sessions.ts';
import type { Transcript } from '../src/transcript.ts';

/** A UUID that says its number. */
export function uuid(n: number): string {
  return `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

export const aSession = sessionId.parse(uuid(1));
const aUser = userId.parse(uuid(2));
export const anUpload = uploadId.parse(uuid(3));
export const messageNo = (n: number) => messageId.parse(uuid(1000 + n));
export const runNo = (n: number) => runId.parse(uuid(2000 + n));

/** The time of the entry `seq`: a second after the one before. */
export function timeOf(seq: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString();
}

export function session(over: Partial<SessionDto> = {}): SessionDto {
  return {
    id: aSession,
    title: 'Plans',
    status: 'open',
    version: 1,
    createdAt: timeOf(0),
    lastActivityAt: timeOf(0),
    isRunning: false,
    isWaiting: false,
    model: null,
    agent: null,
    ...over,
  };
}

/** Run `n` answers message `2n - 1` with message `2n`. */
export function run(n: number, over: Partial<RunDto> = {}): RunDto {
  return {
    id: runNo(n),
    sessionId: aSession,
    userMessageId: messageNo(2 * n - 1),
    agentMessageId: messageNo(2 * n),
    state: 'queued',
    attempt: 1,
    model: 'scripted',
    error: null,
    usage: { inputTokens: 0, outputTokens: 0 },
    context: null,
    isCheck: false,
    queuedAt: timeOf(0),
    startedAt: null,
    finishedAt: null,
    ...over,
  };
}

export function running(n: number, over: Partial<RunDto> = {}): RunDto {
  return run(n, { state: 'running', startedAt: timeOf(0), ...over });
}

export function message(n: number, over: Partial<MessageDto> = {}): Omit<MessageDto, 'seq'> {
  const { seq: _seq, ...rest } = over;
  return {
    id: messageNo(n),
    parentId: n === 1 ? null : messageNo(n - 1),
    role: n % 2 === 1 ? 'user' : 'agent',
    author: n % 2 === 1 ? { userId: aUser, name: 'Ada' } : null,
    createdAt: timeOf(0),
    parts: n % 2 === 1 ? [{ type: 'text', text: `Question ${n}` }] : [],
    run: null,
    isSuperseded: false,
    ...rest,
  };
}

export function emptyTranscript(over: Partial<Transcript> = {}): Transcript {
  return {
    session: session(),
    messages: [],
    pipeline: null,
    hasOlder: false,
    queue: [],
    todos: [],
    usage: { inputTokens: 0, outputTokens: 0 },
    filesVersion: 0,
    seq: 0,
    ...over,
  };
}

/** The bodies as a log that begins at `first`. */
export function logOf(bodies: readonly EventBody[], first = 1): SessionEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: first + index, at: timeOf(first + index) }));
}

/** What a send appends for run `n`: the question, the answer to be, and the run. */
export function sent(n: number): EventBody[] {
  return [
    { type: 'message.created', message: message(2 * n - 1) },
    { type: 'message.created', message: message(2 * n, { run: run(n) }) },
    { type: 'run.queued', run: run(n) },
  ];
}

export function finished(
  n: number,
  over: Partial<Extract<EventBody, { type: 'run.finished' }>> = {},
): Extract<EventBody, { type: 'run.finished' }> {
  return {
    type: 'run.finished',
    runId: runNo(n),
    messageId: messageNo(2 * n),
    state: 'succeeded',
    error: null,
    usage: { inputTokens: 10, outputTokens: 5 },
    ...over,
  };
}

export function modelNo(n: number): AskedModel {
  return { id: `model-${n}`, label: `Model ${n}`, provider: `Provider ${n}`, contextWindow: null };
}

export const aCheckpoint: CheckpointDto = {
  runId: runNo(1),
  messageId: messageNo(2),
  created: 1,
  modified: 0,
  deleted: 0,
  createdAt: timeOf(0),
};

export const aPipeline: PipelineRunDto = {
  id: pipelineRunId.parse(uuid(4)),
  sessionId: aSession,
  pipelineId: null,
  name: 'Write and check',
  state: 'running',
  stages: [
    { name: 'Write', agent: null, gate: 'person' },
    { name: 'Check', agent: 'Reviewer', gate: 'none' },
  ],
  attempts: [
    {
      id: stageRunId.parse(uuid(5)),
      position: 0,
      attempt: 1,
      state: 'running',
      runId: runNo(1),
      checkRunId: null,
      comment: '',
      usage: { inputTokens: 0, outputTokens: 0 },
      startedAt: timeOf(0),
      finishedAt: null,
    },
  ],
  startedAt: timeOf(0),
  finishedAt: null,
};

/** What the message of run `n` becomes when another answer reads it. */
export function steerOf(n: number): Steer {
  return {
    messageId: messageNo(2 * n - 1),
    author: { userId: aUser, name: 'Ada' },
    content: [{ type: 'text', text: `Question ${2 * n - 1}` }],
    sentAt: timeOf(0),
  };
}

export const anApproval: ToolRequest = { kind: 'approval', reason: 'Commands are asked for.', expiresAt: timeOf(600) };
