import type { EventBody, SessionEvent } from '@atelier/contracts/events';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { Logger } from '../telemetry/logger.ts';
import type { HintBus } from './hint-bus.ts';
import type { Head, LogPage, SessionLogRepository, WriterPosition } from './session-log.repository.ts';
import { SessionTail, type Taken } from './session-tail.ts';

/** How often a process looks at the logs it follows, in case a hint was lost. */
const lookEveryMs = 5000;

const system: Operation = { principal: { kind: 'system' } };

interface OpenTail {
  readonly tail: SessionTail;
  readonly started: Promise<void>;
  readers: number;
}

/** A reader's place in one log. Close it, or the tail stays in memory. */
export interface Feed extends Disposable {
  /** The log as it was when the feed was opened: where it ended, and up to where its deltas were gone. */
  readonly head: Head;
  take(cursor: number): Promise<Taken>;
  changed(cursor: number, signal: AbortSignal): Promise<void>;
}

/** The session logs as this process sees them: appending, publishing, following. */
export class SessionFeeds {
  readonly #db: Database;
  readonly #repository: SessionLogRepository;
  readonly #hints: HintBus;
  readonly #log: Logger;
  readonly #tails = new Map<string, OpenTail>();
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: {
    readonly db: Database;
    readonly repository: SessionLogRepository;
    readonly hints: HintBus;
    readonly log: Logger;
  }) {
    this.#db = deps.db;
    this.#repository = deps.repository;
    this.#hints = deps.hints;
    this.#log = deps.log;
  }

  open(): void {
    this.#hints.on('log', (sessionId, seq) => this.#tails.get(sessionId)?.tail.hint(Number(seq)));
    this.#hints.on('removed', (sessionId) => this.#tails.get(sessionId)?.tail.remove());
    this.#timer = setInterval(() => void this.#lookAtAll(), lookEveryMs);
    this.#timer.unref();
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /**
   * Appends in the operation's transaction and shows the entries after its commit.
   * With `writer`: null, and nothing written, when that run does not own the log or has written these already.
   */
  async append(
    op: Operation,
    sessionId: string,
    bodies: readonly EventBody[],
    writer?: WriterPosition,
  ): Promise<readonly SessionEvent[] | null> {
    const events = await this.#repository.append(op, sessionId, bodies, writer);
    if (events) this.#db.afterCommit(op, () => this.publish(sessionId, events));
    return events;
  }

  /** Shows committed entries to this process's readers and hints to the others. None: "look, I cannot say what". */
  publish(sessionId: string, events: readonly SessionEvent[]): void {
    const tail = this.#tails.get(sessionId)?.tail;
    const last = events.at(-1);
    if (!last) {
      tail?.look();
      this.#hints.sendToOthers('log', sessionId, String(Number.MAX_SAFE_INTEGER));
      return;
    }
    tail?.push(events);
    this.#hints.sendToOthers('log', sessionId, String(last.seq));
  }

  /**
   * Resolves once the reader is live: whatever is committed from then on reaches it. Only then is the head read.
   * (A bare generator would not do: it starts with its first `next()`, after history was read.)
   */
  async follow(op: Operation, sessionId: string): Promise<Feed> {
    const open = this.#openTail(op, sessionId);
    open.readers += 1;
    let isClosed = false;
    const close = () => {
      if (isClosed) return;
      isClosed = true;
      open.readers -= 1;
      if (open.readers === 0) this.#tails.delete(sessionId);
    };
    try {
      await open.started;
      const head = await this.#repository.head(op, sessionId);
      open.tail.hint(head?.lastSeq ?? 0);
      return {
        head: head ?? { lastSeq: 0, compactedSeq: 0 },
        take: (cursor) => open.tail.take(cursor),
        changed: (cursor, signal) => open.tail.changed(cursor, signal),
        [Symbol.dispose]: close,
      };
    } catch (error) {
      close();
      throw error;
    }
  }

  #openTail(op: Operation, sessionId: string): OpenTail {
    const known = this.#tails.get(sessionId);
    if (known) return known;
    const tail = new SessionTail((after) => this.#readPatiently(sessionId, after));
    const started = this.#repository.head(op, sessionId).then((head) => tail.start(head?.lastSeq ?? 0));
    const made: OpenTail = { tail, started, readers: 0 };
    this.#tails.set(sessionId, made);
    return made;
  }

  /** While PostgreSQL is away its readers wait: they saw a prefix of the log, and go on when it is back. */
  async #readPatiently(sessionId: string, after: number): Promise<LogPage> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#repository.readAfter(system, sessionId, after);
      } catch (error) {
        if (attempt === 20) throw error;
        this.#log.warn({ error, attempt }, 'a session log could not be read; trying again');
        await new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** attempt, 2000)));
      }
    }
  }

  async #lookAtAll(): Promise<void> {
    if (this.#tails.size === 0) return;
    try {
      const asked = [...this.#tails.keys()];
      const lastSeqs = await this.#repository.lastSeqs(system, asked);
      for (const id of asked) {
        const seq = lastSeqs.get(id);
        if (seq === undefined) this.#tails.get(id)?.tail.remove();
        else this.#tails.get(id)?.tail.hint(seq);
      }
    } catch (error) {
      this.#log.warn({ error }, 'the session logs could not be looked at; trying again in five seconds');
    }
  }
}
