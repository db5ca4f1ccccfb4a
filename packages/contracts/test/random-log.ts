import type { DeltaBody, EventBody, SessionEvent } from '../src/events.ts';
import { deltaTypes } from '../src/events.ts';
import type { RunDto } from '../src/runs.ts';
import {
  aCheckpoint,
  anApproval,
  aPipeline,
  finished,
  logOf,
  message,
  messageNo,
  modelNo,
  run,
  sent,
  session,
  steerOf,
  timeOf,
} from './samples.ts';

export type Random = () => number;

/** Mulberry32 (Tommy Ettinger, public domain): small, seeded, good enough to choose by. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function below(random: Random, n: number): number {
  return Math.floor(random() * n);
}

/** A log as a server could have written it: sends, answers with thoughts and tools, stops, retries, crashes. */
export function randomLog(random: Random, length: number): SessionEvent[] {
  const writer = new RandomWriter(random);
  while (writer.bodies.length < length) writer.writeMore();
  return logOf(writer.bodies);
}

class RandomWriter {
  readonly bodies: EventBody[] = [];
  readonly #random: Random;
  #runs = 0;
  #calls = 0;
  #queue: RunDto[] = [];
  #active: RunDto | null = null;
  #step = 0;
  #latest: RunDto | null = null;
  #open: { callId: string; name: string }[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  writeMore(): void {
    const choice = below(this.#random, 20);
    if (choice === 0) this.#send();
    else if (choice === 1) this.#about();
    else if (choice === 2) this.#takeBack();
    else if (this.#active) this.#work(this.#active);
    else if (this.#queue.length > 0) this.#start();
    else if (choice < 8 && this.#latest) this.#retry(this.#latest);
    else this.#send();
  }

  #send(): void {
    this.#runs += 1;
    this.#queue.push(run(this.#runs));
    this.bodies.push(...sent(this.#runs));
  }

  #start(): void {
    const next = this.#queue.shift();
    if (!next) return;
    this.#active = { ...next, state: 'running' };
    this.#step = 0;
    this.bodies.push({ type: 'run.started', run: this.#active });
  }

  #takeBack(): void {
    const last = this.#queue.pop();
    if (!last) return;
    const { id, agentMessageId } = last;
    this.bodies.push({ ...finished(1), runId: id, messageId: agentMessageId, state: 'cancelled' });
  }

  #retry(old: RunDto): void {
    this.#runs += 1;
    const again = run(this.#runs, { userMessageId: old.userMessageId });
    this.#queue.push(again);
    const answer = message(2 * this.#runs, { parentId: old.userMessageId, run: again });
    this.bodies.push(
      { type: 'message.updated', messageId: old.agentMessageId, isSuperseded: true },
      { type: 'message.created', message: answer },
      { type: 'run.queued', run: again },
    );
    this.#latest = null;
  }

  #about(): void {
    const n = below(this.#random, 100);
    const choice = below(this.#random, 6);
    if (choice === 5) this.bodies.push({ type: 'pipeline.updated', pipeline: aPipeline });
    if (choice === 4) this.bodies.push({ type: 'checkpoint.created', checkpoint: aCheckpoint });
    if (choice === 0) this.bodies.push({ type: 'files.changed', changes: [{ path: `${n}.md`, kind: 'created' }] });
    if (choice === 1) this.bodies.push({ type: 'todos.updated', items: [{ text: `Thing ${n}`, state: 'open' }] });
    if (choice === 2) this.bodies.push({ type: 'session.updated', session: session({ title: `Plan ${n}` }) });
    if (choice === 3) this.bodies.push({ type: 'message.updated', messageId: messageNo(1), isSuperseded: false });
  }

  #work(active: RunDto): void {
    const at = { messageId: active.agentMessageId, step: this.#step };
    const runAt = { ...at, runId: active.id };
    const usage = { inputTokens: 1, outputTokens: 1 };
    const choice = below(this.#random, 15);
    if (choice === 12) this.#ask(active, at);
    else if (choice === 13) this.#tell(runAt);
    else if (choice === 14) this.#steer(active, runAt);
    else if (choice < 3) this.#stream({ type: 'text.delta', ...at, text: '' });
    else if (choice < 5) this.#think(at);
    else if (choice < 7) this.#draft(at);
    else if (choice < 9) this.#callOpen(at);
    else if (choice === 9) {
      this.bodies.push({ type: 'step.finished', ...runAt, usage, model: modelNo(1) });
      this.#step += 1;
    } else if (choice === 10) this.#interrupt(active, runAt);
    else this.#finish(active);
  }

  /** One to six deltas of one kind. */
  #stream(delta: DeltaBody): void {
    for (let left = 1 + below(this.#random, 6); left > 0; left -= 1) {
      this.bodies.push({ ...delta, text: `w${this.bodies.length} ` });
    }
  }

  #think(at: { messageId: RunDto['agentMessageId']; step: number }): void {
    this.#stream({ type: 'reasoning.delta', ...at, text: '' });
    if (below(this.#random, 2) === 0) return;
    const providerData = { kind: 'anthropic', model: 'm', data: `{"signature":"${this.bodies.length}"}` } as const;
    this.bodies.push({ type: 'reasoning.delta', ...at, text: '', providerData });
  }

  #draft(at: { messageId: RunDto['agentMessageId']; step: number }): void {
    this.#calls += 1;
    const call = { callId: `call-${this.#calls}`, name: 'read_file' };
    this.#open.push(call);
    this.#stream({ type: 'tool.input_delta', ...at, ...call, text: '' });
  }

  /** A call that waits for a person, is decided, and goes on. */
  #ask(active: RunDto, at: { messageId: RunDto['agentMessageId']; step: number }): void {
    const call = this.#open.at(0);
    if (!call) return;
    const { messageId } = at;
    const { callId } = call;
    this.bodies.push(
      { type: 'tool.planned', ...at, ...call, title: 'Read it', inputText: '{}' },
      { type: 'tool.requested', messageId, callId, request: anApproval },
    );
    this.bodies.push({ type: 'run.waiting', runId: active.id, messageId });
    const kinds = ['approved', 'denied', 'answered', 'expired'] as const;
    const kind = kinds[below(this.#random, kinds.length)] ?? 'approved';
    if (kind !== 'approved') this.#open.shift();
    const decision = { kind, by: null, text: 'Because.', isEdited: false, at: timeOf(0) };
    this.bodies.push({ type: 'tool.decided', messageId, callId, decision, inputText: null });
    this.bodies.push({ type: 'run.resumed', run: active, step: at.step, reason: 'decided' });
  }

  /** A queued message is wished to be read by the answer, and is, or is not after all. */
  #steer(active: RunDto, runAt: { messageId: RunDto['agentMessageId']; step: number; runId: RunDto['id'] }): void {
    const index = below(this.#random, this.#queue.length + 1);
    const queued = this.#queue[index];
    if (!queued) return;
    this.bodies.push({ type: 'run.steer_asked', runId: queued.id, steers: active.id });
    if (below(this.#random, 3) === 0) {
      this.bodies.push({ type: 'run.steer_asked', runId: queued.id, steers: null });
      return;
    }
    this.#queue.splice(index, 1);
    const { id, agentMessageId, userMessageId } = queued;
    const steer = { ...steerOf(1), messageId: userMessageId };
    this.bodies.push(
      { type: 'run.steered', ...runAt, steer },
      { ...finished(1), runId: id, messageId: agentMessageId, state: 'cancelled' },
    );
  }

  /** Something about the run itself. */
  #tell(runAt: { messageId: RunDto['agentMessageId']; step: number; runId: RunDto['id'] }): void {
    if (below(this.#random, 2) === 0) {
      const kinds = ['budget', 'model_gone', 'tools_gone'] as const;
      const kind = kinds[below(this.#random, kinds.length)] ?? 'budget';
      this.bodies.push({ type: 'run.noticed', ...runAt, kind, text: 'Nearly used up.' });
      return;
    }
    if (below(this.#random, 2) === 0) {
      const usage = { inputTokens: 100, outputTokens: 10 };
      const upTo = { seq: 1, step: null };
      const told = { text: 'In short.', upTo, contextTokens: 20, usage, model: modelNo(1) };
      this.bodies.push({ type: 'context.summarised', ...runAt, ...told });
      return;
    }
    const error = { code: 'provider.overloaded', message: 'Together answered 503.', retryable: true } as const;
    this.bodies.push({ type: 'run.fell_back', ...runAt, failed: modelNo(1), next: modelNo(2), error });
  }

  #callOpen(at: { messageId: RunDto['agentMessageId']; step: number }): void {
    const call = this.#open.shift();
    if (!call) return;
    const { messageId } = at;
    this.bodies.push({ type: 'tool.called', ...at, ...call, title: 'Read it', inputText: '{}' });
    this.#stream({ type: 'tool.output_delta', messageId, callId: call.callId, text: '' });
    if (below(this.#random, 4) === 0) return;
    this.bodies.push({ type: 'tool.finished', messageId, callId: call.callId, state: 'succeeded', output: 'Read.' });
  }

  #interrupt(active: RunDto, runAt: { messageId: RunDto['agentMessageId']; step: number; runId: RunDto['id'] }): void {
    if (below(this.#random, 2) === 0) {
      const error = { code: 'provider.overloaded', message: 'It is busy.', retryable: true } as const;
      this.bodies.push({ type: 'run.retrying', ...runAt, attempt: 1, delayMs: 1000, error });
      return;
    }
    this.#open = [];
    this.#step += 1;
    this.#active = { ...active, attempt: active.attempt + 1 };
    const reason = below(this.#random, 2) === 0 ? 'worker_lost' : 'continued';
    this.bodies.push({ type: 'run.resumed', run: this.#active, step: this.#step, reason });
  }

  #finish(active: RunDto): void {
    const states = ['succeeded', 'failed', 'cancelled', 'interrupted'] as const;
    const state = states[below(this.#random, states.length)] ?? 'succeeded';
    this.bodies.push({ ...finished(1), runId: active.id, messageId: active.agentMessageId, state });
    this.#open = [];
    this.#active = null;
    this.#latest = this.#queue.length === 0 ? active : null;
  }
}

/** The same log with neighbouring deltas of one kind sent as one, wherever `random` likes. */
export function mergeAtRandom(random: Random, events: readonly SessionEvent[]): SessionEvent[] {
  const merged: SessionEvent[] = [];
  for (const event of events) {
    const last = merged.at(-1);
    const joined = last && random() < 0.7 ? join(last, event) : null;
    if (joined) merged.splice(-1, 1, joined);
    else merged.push(event);
  }
  return merged;
}

type DeltaEvent = DeltaBody & SessionEvent;

/** Both as one entry, at the time of the first; null when they are not of one kind and place. */
function join(last: SessionEvent, event: SessionEvent): SessionEvent | null {
  if (!isDelta(last) || !isDelta(event) || placeOf(last) !== placeOf(event)) return null;
  if ('providerData' in last) return null;
  const closing = 'providerData' in event ? { providerData: event.providerData } : {};
  return { ...last, text: last.text + event.text, ...closing, from: last.from ?? last.seq, seq: event.seq };
}

function isDelta(event: SessionEvent): event is DeltaEvent {
  const types: readonly string[] = deltaTypes;
  return types.includes(event.type);
}

function placeOf(event: DeltaEvent): string {
  return [event.type, event.messageId, 'step' in event ? event.step : '', 'callId' in event ? event.callId : ''].join(
    ' ',
  );
}
