import type { SessionEvent } from '@atelier/contracts/events';
import { mergeEvents } from './merge-events.ts';
import { type LogPage, pageBytes } from './session-log.repository.ts';

/** Entries, and characters of them, that a tail keeps in memory; a reader further back reads the table. */
const keep = 512;
const keepCharacters = 1_000_000;

export type ReadLog = (after: number) => Promise<LogPage>;

/** What `take` found: entries after the cursor, nothing new, a hole where compaction took deltas away, or no log. */
export type Taken =
  | { readonly kind: 'events'; readonly events: readonly SessionEvent[] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'compacted' }
  | { readonly kind: 'removed' };

/**
 * The end of one session's log, shared by all subscribers of the process: an entry is read or received once,
 * whatever their number.
 */
export class SessionTail {
  /** Entries without a gap up to `#lastSeq`. */
  #recent: SessionEvent[] = [];
  #recentCharacters = 0;
  #lastSeq = 0;
  /** How far the log is known to go; above `#lastSeq` when entries still have to be read. */
  #knownSeq = 0;
  /** How often it was told that something is new: how far the log goes is not always said. */
  #told = 0;
  #isRemoved = false;
  #waiting = new Set<() => void>();
  #reading: Promise<void> | null = null;
  #memo: { readonly after: number; readonly last: number; readonly taken: Taken } | null = null;
  readonly #read: ReadLog;

  constructor(read: ReadLog) {
    this.#read = read;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Starts at the head found when the first subscriber came. Hints that arrived before count too. */
  start(lastSeq: number): void {
    this.#lastSeq = Math.max(this.#lastSeq, lastSeq);
    this.#knownSeq = Math.max(this.#knownSeq, lastSeq);
  }

  /** Takes entries this process just committed. */
  push(events: readonly SessionEvent[]): void {
    const fresh = events.filter((event) => event.seq > this.#lastSeq);
    const first = fresh[0];
    const last = fresh.at(-1);
    if (!first || !last) return;
    this.#told += 1;
    this.#knownSeq = Math.max(this.#knownSeq, last.seq);
    // Another commit in between is not here yet: the table has both, in order.
    if (first.seq === this.#lastSeq + 1) this.#extend(fresh);
    this.#wake();
  }

  /** Hears that the log goes up to `seq`. */
  hint(seq: number): void {
    if (seq > this.#lastSeq) this.#told += 1;
    if (seq <= this.#knownSeq) return;
    this.#knownSeq = seq;
    this.#wake();
  }

  /** The session is gone, and its log with it. */
  remove(): void {
    this.#isRemoved = true;
    this.#wake();
  }

  /** Something may be new although nobody can say what: look once. */
  look(): void {
    this.#told += 1;
    this.#knownSeq = Math.max(this.#knownSeq, this.#lastSeq + 1);
    this.#wake();
  }

  /** Resolves when there may be entries after `cursor`, or the signal is aborted. */
  async changed(cursor: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#isRemoved || this.#knownSeq > cursor) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  /** Entries after `cursor`, in order and without a gap, neighbouring deltas merged. */
  async take(cursor: number): Promise<Taken> {
    if (this.#isRemoved) return { kind: 'removed' };
    if (cursor >= this.#lastSeq && this.#knownSeq > this.#lastSeq) await this.#catchUp();
    const first = this.#recent[0];
    if (first && first.seq <= cursor + 1) return this.#takeRecent(cursor);
    if (cursor >= this.#lastSeq) return { kind: 'nothing' };

    const { events } = await this.#read(cursor);
    return isGapless(events, cursor) ? toTaken(events) : { kind: 'compacted' };
  }

  #takeRecent(cursor: number): Taken {
    if (this.#memo?.after === cursor && this.#memo.last === this.#lastSeq) return this.#memo.taken;
    const start = this.#recent.length - (this.#lastSeq - cursor);
    const taken = toTaken(this.#recent.slice(start, this.#pageEnd(start)));
    this.#memo = { after: cursor, last: this.#lastSeq, taken };
    return taken;
  }

  #pageEnd(start: number): number {
    let end = start;
    for (let size = 0; end < this.#recent.length && size < pageBytes; end += 1) size += sizeOf(this.#recent[end]);
    return end;
  }

  /** Reads what is missing, once for everybody who asks meanwhile. */
  async #catchUp(): Promise<void> {
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = null;
    });
    await this.#reading;
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const told = this.#told;
      const { events, isEnd } = await this.#read(this.#lastSeq);
      const fresh = events.filter((event) => event.seq > this.#lastSeq);
      const last = fresh.at(-1);
      if (last && isGapless(fresh, this.#lastSeq)) {
        this.#extend(fresh);
      } else if (last) {
        // Compaction went past us: forget, and let each reader find its own hole.
        this.#recent = [];
        this.#recentCharacters = 0;
        this.#lastSeq = last.seq;
      }
      // Who began to wait meanwhile is told of these by nobody else: a later hint is no news to the tail.
      if (last) this.#wake();
      if (!isEnd) continue;
      // What was told during the read may be of entries it did not see.
      if (this.#told > told) continue;
      this.#knownSeq = this.#lastSeq;
      return;
    }
  }

  #extend(events: readonly SessionEvent[]): void {
    for (const event of events) {
      this.#recent.push(event);
      this.#recentCharacters += sizeOf(event);
    }
    this.#lastSeq = events.at(-1)?.seq ?? this.#lastSeq;
    this.#knownSeq = Math.max(this.#knownSeq, this.#lastSeq);
    if (this.#recent.length > 2 * keep || this.#recentCharacters > 2 * keepCharacters) this.#trim();
  }

  /** Half of what may be kept stays: trimming is paid for by many entries. */
  #trim(): void {
    let start = this.#recent.length;
    let characters = 0;
    while (start > 0 && this.#recent.length - start < keep) {
      const size = sizeOf(this.#recent[start - 1]);
      // The newest entry stays whatever its size: it is what everybody waits for.
      if (start < this.#recent.length && characters + size > keepCharacters) break;
      characters += size;
      start -= 1;
    }
    this.#recent = this.#recent.slice(start);
    this.#recentCharacters = characters;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const resume of waiting) resume();
  }
}

const usualCharacters = 300;

/** Roughly, and cheaply: what is long in an entry is its text. */
function sizeOf(event: SessionEvent | undefined): number {
  switch (event?.type) {
    case 'text.delta':
    case 'reasoning.delta':
    case 'tool.input_delta':
    case 'tool.output_delta':
      return usualCharacters + event.text.length;
    case 'tool.called':
      return usualCharacters + event.inputText.length;
    case 'tool.finished':
      return usualCharacters + event.output.length;
    case 'message.created':
      return event.message.parts.reduce(
        (sum, part) => sum + ('text' in part ? (part.text?.length ?? 0) : 0),
        usualCharacters,
      );
    default:
      return usualCharacters;
  }
}

function toTaken(events: readonly SessionEvent[]): Taken {
  return events.length === 0 ? { kind: 'nothing' } : { kind: 'events', events: mergeEvents(events) };
}

function isGapless(events: readonly SessionEvent[], after: number): boolean {
  return events.every((event, index) => event.seq === after + index + 1);
}
