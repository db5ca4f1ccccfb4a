import { LeaseLostError, type RunJournal } from '@atelier/agent/ports';
import type { DeltaBody, EventBody } from '@atelier/contracts/events';
import { foldParts, isPartEvent } from '@atelier/contracts/fold-parts';
import type { Part, ToolPart } from '@atelier/contracts/parts';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { LogWriter, RunWriter } from '../../platform/realtime/log-writer.ts';
import type { SessionFeeds } from '../../platform/realtime/session-feeds.ts';
import type { SessionLogRepository } from '../../platform/realtime/session-log.repository.ts';
import { isDatabaseAway } from '../../platform/trpc/wire-errors.ts';
import type { MessagesRepository } from '../messages/index.ts';

const system: Operation = { principal: { kind: 'system' } };

export interface JournalDeps {
  readonly db: Database;
  readonly feeds: SessionFeeds;
  readonly eventLog: SessionLogRepository;
  readonly writer: LogWriter;
  readonly messages: MessagesRepository;
}

export interface JournalStart {
  readonly sessionId: string;
  readonly messageId: string;
  /** Proves to the log that this worker owns the run. */
  readonly fence: string;
  /** The answer's parts as they are stored. */
  readonly parts: readonly Part[];
  /** Aborted when the lease is lost or the process stops. */
  readonly signal: AbortSignal;
  readonly onLost: () => void;
}

/** What is done in the transaction that writes entries. */
interface Beside {
  readonly first: (op: Operation) => Promise<unknown>;
  readonly also: (op: Operation) => Promise<void>;
}

/** The log has another writer, or has these entries already: what was done beside them is undone. */
class NotTaken extends Error {
  override readonly name = 'NotTaken';
}

/**
 * Where a run writes. Deltas go by group commit; a commit writes its entries, the parts they change and whatever
 * belongs to the same fact in one transaction, after all deltas before it. Every entry is counted under the fence, so
 * that a write whose answer was lost is never made twice.
 */
export class SessionJournal implements RunJournal {
  readonly #deps: JournalDeps;
  readonly #start: JournalStart;
  readonly #writer: RunWriter;
  /** As the log has them. */
  #parts: readonly Part[];
  /** As the table has them. */
  #stored: readonly Part[];

  constructor(deps: JournalDeps, start: JournalStart) {
    this.#deps = deps;
    this.#start = start;
    this.#parts = start.parts;
    this.#stored = start.parts;
    this.#writer = {
      sessionId: start.sessionId,
      fence: start.fence,
      written: 0,
      onWritten: (entries) => {
        for (const entry of entries) this.#parts = foldParts(this.#parts, entry, entry.at);
      },
      onLost: start.onLost,
    };
  }

  /** A call of the answer, as far as it is written. */
  callOf(callId: string): ToolPart | undefined {
    return this.#parts.findLast((part): part is ToolPart => part.type === 'tool' && part.callId === callId);
  }

  delta(body: DeltaBody): Promise<void> | undefined {
    return this.#deps.writer.add(this.#writer, body);
  }

  async commit(bodies: readonly EventBody[]): Promise<void> {
    await this.commitWith(bodies, async () => undefined);
  }

  /**
   * Like `commit`, with `also` in the same transaction, and `first` before the log is locked: what others lock before it has
   * to be locked before it here as well, the run's row, then the session's. @throws LeaseLostError
   */
  async commitWith(
    bodies: readonly EventBody[],
    also: (op: Operation) => Promise<void>,
    first: (op: Operation) => Promise<unknown> = async () => undefined,
  ): Promise<void> {
    await this.#deps.writer.drained(this.#writer);
    await this.#patiently(() => this.#commitOnce(bodies, { first, also }));
  }

  /**
   * Writes the entries that `find` makes of what it takes, in the transaction in which it takes it; nothing when it finds
   * nothing. Returns the entries. @throws LeaseLostError, and then nothing was taken.
   */
  async commitFound(find: (op: Operation) => Promise<readonly EventBody[]>): Promise<readonly EventBody[]> {
    await this.#deps.writer.drained(this.#writer);
    let tried: readonly EventBody[] = [];
    return await this.#patiently(async () => {
      if (tried.length > 0 && (await this.#haveHappened(tried))) return tried;
      return await this.#findOnce(async (op) => {
        tried = await find(op);
        return tried;
      });
    });
  }

  async #patiently<T>(write: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await write();
      } catch (error) {
        // PostgreSQL is away. The commit may have happened: the log's count of our entries tells.
        if (!isDatabaseAway(error) || this.#start.signal.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.min(50 * 2 ** attempt, 1000)));
      }
    }
  }

  async #commitOnce(bodies: readonly EventBody[], { first, also }: Beside): Promise<void> {
    const { sessionId, fence } = this.#start;
    const { written } = this.#writer;
    const parts = await this.#unlessNotTaken(async (op) => {
      await first(op);
      const appended = await this.#append(op, bodies);
      await also(op);
      return appended;
    });
    if (parts) return this.#goOnFrom(parts, bodies.length);
    const count = await this.#deps.eventLog.writerCount(system, sessionId, fence);
    if (count !== written + bodies.length) this.#lose();
    await this.#adopt(bodies);
  }

  async #findOnce(find: (op: Operation) => Promise<readonly EventBody[]>): Promise<readonly EventBody[]> {
    const taken = await this.#unlessNotTaken(async (op) => {
      const bodies = await find(op);
      return { bodies, parts: bodies.length === 0 ? null : await this.#append(op, bodies) };
    });
    if (!taken) this.#lose();
    if (taken.parts) this.#goOnFrom(taken.parts, taken.bodies.length);
    return taken.bodies;
  }

  /** One transaction; null when the log has not taken its entries from us: then nothing of it has happened. */
  async #unlessNotTaken<T>(work: (op: Operation) => Promise<T>): Promise<T | null> {
    try {
      return await this.#deps.db.transaction(system, work);
    } catch (error) {
      if (error instanceof NotTaken) return null;
      throw error;
    }
  }

  /** Writes the entries and the parts they change. Returns the answer's parts with them. @throws NotTaken */
  async #append(op: Operation, bodies: readonly EventBody[]): Promise<readonly Part[]> {
    const { sessionId, fence, messageId } = this.#start;
    const { written } = this.#writer;
    const events = await this.#deps.feeds.append(op, sessionId, bodies, { fence, written });
    if (!events) throw new NotTaken();
    let parts = this.#parts;
    for (const event of events) {
      const isOurs = isPartEvent(event) && event.messageId === messageId;
      if (isOurs || event.type === 'run.finished') parts = foldParts(parts, event, event.at);
    }
    await this.#store(op, parts, events.at(-1)?.seq ?? 0);
    return parts;
  }

  #goOnFrom(parts: readonly Part[], written: number): void {
    this.#parts = parts;
    this.#stored = parts;
    this.#writer.written += written;
  }

  /** Whether entries whose commit got no answer are in the log; then this journal goes on from them. */
  async #haveHappened(bodies: readonly EventBody[]): Promise<boolean> {
    const { sessionId, fence } = this.#start;
    const { written } = this.#writer;
    const count = await this.#deps.eventLog.writerCount(system, sessionId, fence);
    if (count === written) return false;
    if (count !== written + bodies.length) this.#lose();
    await this.#adopt(bodies);
    return true;
  }

  #lose(): never {
    this.#start.onLost();
    throw new LeaseLostError();
  }

  /** The commit had happened, only its answer was lost: go on from what it stored. */
  async #adopt(bodies: readonly EventBody[]): Promise<void> {
    const at = new Date().toISOString();
    for (const body of bodies) {
      if (isPartEvent({ ...body, seq: 0, at })) this.#parts = foldParts(this.#parts, body as DeltaBody, at);
    }
    // Times may differ by milliseconds from what is stored: the next commit stores every part again.
    this.#stored = [];
    this.#writer.written += bodies.length;
    this.#deps.feeds.publish(this.#start.sessionId, []);
  }

  async #store(op: Operation, parts: readonly Part[], foldedSeq: number): Promise<void> {
    const changed = parts.flatMap((part, position) => (part === this.#stored[position] ? [] : [{ position, part }]));
    await this.#deps.messages.saveParts(op, this.#start.messageId, changed, { length: parts.length, foldedSeq });
  }
}
