import { LeaseLostError } from '@atelier/agent/ports';
import type { DeltaBody, SessionEvent } from '@atelier/contracts/events';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { WriteShare, Written } from './log-writer.repository.ts';
import { encodeBody } from './session-log.repository.ts';

/** One run's place in its session's log. `written` counts every entry it wrote; together with the fence it makes a repeated write harmless. */
export interface RunWriter {
  readonly sessionId: string;
  readonly fence: string;
  written: number;
  /** Entries of this writer that are in the log now, with the time the log gave them. */
  readonly onWritten: (entries: readonly (DeltaBody & { readonly at: string })[]) => void;
  /** Called once when another worker has taken the log over. */
  readonly onLost: () => void;
}

export interface LogStore {
  write(shares: readonly WriteShare[]): Promise<readonly Written[]>;
  /** Entries this writer has in the log; null when the log has another writer. */
  writerCount(sessionId: string, fence: string): Promise<number | null>;
}

interface Pending {
  readonly writer: RunWriter;
  bodies: DeltaBody[];
  /** Promises of `drained`, settled when these bodies are in the log. */
  waiters: { resolve(): void; reject(error: unknown): void }[];
}

/** A run whose text waits for a slow store is paused beyond this many entries. */
const pauseAbove = 256;

/**
 * Group commit of deltas. Idle: a delta is written at once. While a write is under way: deltas collect, neighbours of
 * one kind grow together, and all of them go with the next write. So latency is one commit when quiet, and the cost
 * of a token falls as load rises. Nothing is shown before it is in the log.
 */
export class LogWriter {
  readonly #store: LogStore;
  readonly #publish: (sessionId: string, events: readonly SessionEvent[]) => void;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  #pending = new Map<string, Pending>();
  #isWriting = false;
  #isScheduled = false;

  constructor(deps: {
    readonly store: LogStore;
    readonly publish: (sessionId: string, events: readonly SessionEvent[]) => void;
    readonly log: Logger;
    readonly metrics: Metrics;
  }) {
    this.#store = deps.store;
    this.#publish = deps.publish;
    this.#log = deps.log;
    this.#metrics = deps.metrics;
  }

  /** Takes a delta. A returned promise asks the run to pause until the store has caught up. */
  add(writer: RunWriter, body: DeltaBody): Promise<void> | undefined {
    const pending = this.#pendingOf(writer);
    const last = pending.bodies.at(-1);
    const merged = last && mergeDeltas(last, body);
    if (merged) pending.bodies[pending.bodies.length - 1] = merged;
    else pending.bodies.push(body);
    this.#schedule();
    return pending.bodies.length > pauseAbove ? this.drained(writer) : undefined;
  }

  /** Resolves when everything this writer added is in the log; rejects with `LeaseLostError` when it never will be. */
  drained(writer: RunWriter): Promise<void> {
    if (!this.#pending.has(writer.sessionId) && !this.#inFlight.has(writer.sessionId)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#pendingOf(writer).waiters.push({ resolve, reject });
      this.#schedule();
    });
  }

  readonly #inFlight = new Set<string>();

  #pendingOf(writer: RunWriter): Pending {
    const known = this.#pending.get(writer.sessionId);
    if (known?.writer === writer) return known;
    // Another worker's claim came back to this process: what the old writer still had is not its to write.
    for (const waiter of known?.waiters ?? []) waiter.reject(new LeaseLostError());
    const made: Pending = { writer, bodies: [], waiters: [] };
    this.#pending.set(writer.sessionId, made);
    return made;
  }

  /** Deltas of one turn of the event loop go together: a model's chunk often holds several. */
  #schedule(): void {
    if (this.#isWriting || this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    try {
      while (this.#pending.size > 0) {
        const batch = [...this.#pending.values()];
        this.#pending = new Map();
        for (const item of batch) this.#inFlight.add(item.writer.sessionId);
        await this.#write(batch);
        for (const item of batch) this.#inFlight.delete(item.writer.sessionId);
      }
    } finally {
      this.#isWriting = false;
    }
  }

  async #write(batch: readonly Pending[]): Promise<void> {
    let open = batch.filter((item) => item.bodies.length > 0);
    for (let attempt = 1; open.length > 0; attempt += 1) {
      try {
        const startedAt = performance.now();
        const written = await this.#store.write(open.map(toShare));
        this.#metrics.logFlushSeconds.observe((performance.now() - startedAt) / 1000);
        open = await this.#settle(open, written);
      } catch (error) {
        // PostgreSQL is away or restarts. Nothing is dropped: whether the write had happened is asked before it is repeated.
        this.#log.warn({ error, attempt }, 'the session log could not be written; trying again');
        open = open.filter((item) => item.bodies.length > 0);
        await new Promise((resolve) => setTimeout(resolve, Math.min(50 * 2 ** attempt, 1000)));
      }
    }
    for (const item of batch) for (const waiter of item.waiters) waiter.resolve();
  }

  /** Publishes what was written; returns what must be tried again. */
  async #settle(open: readonly Pending[], written: readonly Written[]): Promise<Pending[]> {
    const bySession = new Map(written.map((row) => [row.sessionId, row]));
    const again: Pending[] = [];
    for (const item of open) {
      const row = bySession.get(item.writer.sessionId);
      if (row) {
        item.writer.written += item.bodies.length;
        this.#metrics.logEvents.inc({ kind: 'delta' }, item.bodies.length);
        const events = item.bodies.map((body, index) => ({ ...body, seq: row.base + index + 1, at: row.at }));
        item.bodies = [];
        item.writer.onWritten(events);
        this.#publish(item.writer.sessionId, events);
        continue;
      }
      const count = await this.#store.writerCount(item.writer.sessionId, item.writer.fence);
      if (count === item.writer.written + item.bodies.length) {
        // The answer of an earlier try was lost, not the write. Readers find the entries in the table.
        item.writer.written = count;
        const at = new Date().toISOString();
        item.writer.onWritten(item.bodies.map((body) => ({ ...body, at })));
        item.bodies = [];
        this.#publish(item.writer.sessionId, []);
      } else if (count === item.writer.written) {
        again.push(item);
      } else {
        item.bodies = [];
        item.writer.onLost();
        for (const waiter of item.waiters.splice(0)) waiter.reject(new LeaseLostError());
      }
    }
    return again;
  }
}

function toShare(item: Pending): WriteShare {
  return {
    sessionId: item.writer.sessionId,
    fence: item.writer.fence,
    written: item.writer.written,
    entries: item.bodies.map((body) => ({ type: body.type, payload: encodeBody(body) })),
  };
}

/** Two deltas as one, when they continue the same text. */
export function mergeDeltas<T extends DeltaBody>(first: T, second: DeltaBody): T | null {
  if (first.type !== second.type || first.messageId !== second.messageId) return null;
  if ('step' in first && 'step' in second && first.step !== second.step) return null;
  if ('callId' in first && 'callId' in second && first.callId !== second.callId) return null;
  // What a provider wants back closes a thought: what follows is another one.
  if ('providerData' in first) return null;
  const closing = 'providerData' in second ? { providerData: second.providerData } : {};
  return { ...first, text: first.text + second.text, ...closing };
}
