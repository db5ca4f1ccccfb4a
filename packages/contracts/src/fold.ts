import { addUsage } from './add-usage.ts';
import type { EventBody, SessionEvent } from './events.ts';
import { foldParts, isPartEvent } from './fold-parts.ts';
import { afterCall, usageWith } from './fold-usage.ts';
import type { MessageDto } from './messages.ts';
import { isTerminal, type RunDto } from './runs.ts';
import type { Transcript } from './transcript.ts';

/** The log had a hole: something before this entry never arrived. The reader must open the session again. */
export class GapError extends Error {
  override readonly name = 'GapError';
  constructor(expected: number, got: number) {
    super(`Expected entry ${expected} of the log, got ${got}.`);
  }
}

/**
 * Carries a transcript on by one entry of the log. Pure; an entry seen before changes nothing.
 * @throws GapError when an entry is missing between the transcript and this one.
 */
export function foldEvent(state: Transcript, event: SessionEvent): Transcript {
  if (event.seq <= state.seq) return state;
  const first = event.from ?? event.seq;
  if (first !== state.seq + 1) throw new GapError(state.seq + 1, first);
  return { ...apply(state, event), seq: event.seq };
}

export function foldEvents(state: Transcript, events: readonly SessionEvent[]): Transcript {
  return events.reduce(foldEvent, state);
}

function apply(state: Transcript, event: SessionEvent): Transcript {
  if (isPartEvent(event)) {
    const told = changeMessage(state, event.messageId, (message) => ({
      ...message,
      parts: foldParts(message.parts, event, event.at),
      // Whoever is asked from now on is who answers.
      run: message.run && event.type === 'run.fell_back' ? { ...message.run, model: event.next.label } : message.run,
    }));
    return event.type === 'context.summarised' ? countCall(told, event) : told;
  }
  switch (event.type) {
    case 'message.created':
      return { ...state, messages: [...state.messages, { ...event.message, seq: event.seq }] };
    case 'message.updated':
      return event.isSuperseded
        ? { ...state, messages: state.messages.filter((message) => message.id !== event.messageId) }
        : state;
    case 'run.queued':
      return { ...state, queue: [...state.queue, event.run] };
    case 'run.steer_asked':
      return {
        ...state,
        queue: state.queue.map((run) => (run.id === event.runId ? steering(run, event.steers) : run)),
      };
    case 'run.started':
    case 'run.resumed':
      return startRun(state, event.run, event);
    case 'run.finished':
      return finishRun(state, event);
    case 'checkpoint.created':
    case 'files.changed':
      return { ...state, filesVersion: event.seq };
    case 'todos.updated':
      return { ...state, todos: event.items };
    case 'pipeline.updated':
      return { ...state, pipeline: event.pipeline };
    case 'session.updated': {
      const { isRunning, isWaiting } = state.session;
      return { ...state, session: { ...event.session, isRunning, isWaiting } };
    }
    case 'run.waiting':
      return changeMessage({ ...state, session: { ...state.session, isWaiting: true } }, event.messageId, (message) =>
        message.run?.id === event.runId ? { ...message, run: { ...message.run, state: 'waiting' } } : message,
      );
    case 'step.finished':
      return countCall(state, event);
  }
}

function steering({ steers: _before, ...run }: RunDto, steers: RunDto['id'] | null): RunDto {
  return steers === null ? run : { ...run, steers };
}

function countCall(
  state: Transcript,
  call: Extract<EventBody, { type: 'step.finished' | 'context.summarised' }>,
): Transcript {
  const counted = { ...state, usage: addUsage(state.usage, call.usage) };
  return changeMessage(counted, call.messageId, (message) =>
    message.run?.id === call.runId ? { ...message, run: afterCall(message.run, call) } : message,
  );
}

function startRun(
  state: Transcript,
  run: RunDto,
  event: Extract<EventBody, { type: 'run.started' | 'run.resumed' }> & { at: string },
): Transcript {
  const started = changeMessage(state, run.agentMessageId, (message) => ({
    ...message,
    run,
    parts: event.type === 'run.resumed' ? foldParts(message.parts, event, event.at) : message.parts,
  }));
  return {
    ...started,
    usage: usageWith(state, run),
    session: { ...started.session, isRunning: true, isWaiting: false },
    queue: started.queue.filter((queued) => queued.id !== run.id),
  };
}

function finishRun(
  state: Transcript,
  event: Extract<EventBody, { type: 'run.finished' }> & { at: string },
): Transcript {
  const queue = state.queue.filter((queued) => queued.id !== event.runId);
  const neverStarted = queue.length < state.queue.length;
  const finished = changeMessage(state, event.messageId, (message) =>
    message.run?.id !== event.runId
      ? message
      : {
          ...message,
          parts: foldParts(message.parts, event, event.at),
          run: { ...message.run, state: event.state, error: event.error, usage: event.usage, finishedAt: event.at },
        },
  );
  const taken = state.queue.find((queued) => queued.id === event.runId);
  const gone = new Set(taken ? broughtBy(finished.messages, taken) : []);
  return {
    ...finished,
    messages: finished.messages.filter((message) => !gone.has(message)),
    queue,
    usage: usageWith(state, { id: event.runId, usage: event.usage }),
    session: neverStarted ? finished.session : { ...finished.session, isRunning: false, isWaiting: false },
  };
}

/**
 * What goes with a run that is taken from the queue: the answer it never began, and the question that was sent with it. A
 * "continue" brought neither, and a retry no question: what they were to go on from stays. For a reader that came
 * while it waited, the answer has no run yet; that of a retry holds what its first was steered with.
 */
export function broughtBy(messages: readonly MessageDto[], run: RunDto): readonly MessageDto[] {
  const answer = messages.find(({ id }) => id === run.agentMessageId);
  const hasBegun = answer?.parts.some(({ type }) => type !== 'steer');
  if (!answer || hasBegun || (answer.run && answer.run.id !== run.id)) return [];
  // A question and its answer are neighbours in the log; the answer of a retry comes later.
  return messages.filter(({ id, seq }) => id === answer.id || (id === run.userMessageId && seq + 1 === answer.seq));
}

/** Changes the message with this id, which is nearly always the last. One that is not in view changes nothing. */
function changeMessage(state: Transcript, id: string, change: (message: MessageDto) => MessageDto): Transcript {
  const index = state.messages.findLastIndex((message) => message.id === id);
  const message = state.messages[index];
  if (!message) return state;
  const changed = change(message);
  return changed === message ? state : { ...state, messages: state.messages.with(index, changed) };
}

/** The run that is writing now, if any. */
export function activeRun(state: Transcript): RunDto | null {
  const message = state.messages.findLast(
    ({ run }) => run !== null && run.state !== 'queued' && !isTerminal(run.state),
  );
  return message?.run ?? null;
}
