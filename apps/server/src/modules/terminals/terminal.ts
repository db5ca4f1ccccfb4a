import { keptOutputBytes, type TerminalDto, type TerminalEnd } from '@atelier/contracts/terminals';
import type { SandboxProcess } from '@atelier/sandbox/ports';
import { OrderedInput } from './ordered-input.ts';
import { OutputPace } from './output-pace.ts';
import { OutputRing } from './output-ring.ts';

/** The process waits while a reader that is here is so far behind: half of what is kept. */
const pauseBehind = keptOutputBytes / 2;
/** A program that reads nothing leaves what is typed in our memory. */
const maxInputPerMinute = 1024 * 1024;
const minuteMs = 60_000;

export interface Reader {
  /** Up to which offset it was given everything. */
  offset: number;
}

export interface TerminalOptions {
  readonly id: TerminalDto['id'];
  readonly sessionId: string;
  readonly number: number;
  readonly openedAt: Date;
  readonly process: SandboxProcess;
  readonly onLine: () => void;
}

/** One shell, what it has written, and those who read it. */
export class Terminal {
  readonly sessionId: string;
  readonly ring = new OutputRing(keptOutputBytes);
  readonly #options: TerminalOptions;
  readonly #input: OrderedInput;
  readonly #pace = new OutputPace(() => this.#flow());
  readonly #readers = new Set<Reader>();
  readonly #waiting = new Set<() => void>();
  readonly #taken = { since: 0, characters: 0 };
  #end: TerminalEnd | null = null;
  #reason: string | null = null;
  #isPaused = false;
  #touchedAt = Date.now();

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.sessionId = options.sessionId;
    this.#input = new OrderedInput((data) => {
      options.process.write(data);
      if (data.includes('\r')) options.onLine();
    });
    options.process.onOutput((chunk) => {
      this.ring.append(chunk);
      this.#touchedAt = Date.now();
      this.#pace.add(chunk.length);
      this.#flow();
      this.#wake();
    });
    void options.process.ended.then(({ exitCode, message }) => {
      this.#pace.stop();
      this.#touchedAt = Date.now();
      this.#end = { exitCode, message: this.#reason ?? message };
      this.#wake();
    });
  }

  get end(): TerminalEnd | null {
    return this.#end;
  }

  /** When something was last typed, written or read. */
  get touchedAt(): number {
    return this.#readers.size > 0 && this.#end === null ? Date.now() : this.#touchedAt;
  }

  get dto(): TerminalDto {
    const { id, number, openedAt } = this.#options;
    return { id, number, openedAt: openedAt.toISOString(), end: this.#end };
  }

  /** False when it is too much for a minute, or too much waits for a frame that has not come. */
  write({ writerId, seq, data }: { readonly writerId: string; readonly seq: number; readonly data: string }): boolean {
    const now = Date.now();
    if (now - this.#taken.since > minuteMs) Object.assign(this.#taken, { since: now, characters: 0 });
    if (this.#taken.characters + data.length > maxInputPerMinute) return false;
    this.#taken.characters += data.length;
    this.#touchedAt = now;
    return this.#input.take(writerId, seq, data);
  }

  resize(columns: number, rows: number): void {
    this.#options.process.resize(columns, rows);
  }

  join(offset: number): Reader {
    const reader = { offset };
    this.#readers.add(reader);
    return reader;
  }

  advance(reader: Reader, offset: number): void {
    reader.offset = offset;
    this.#flow();
  }

  leave(reader: Reader): void {
    this.#readers.delete(reader);
    this.#touchedAt = Date.now();
    this.#flow();
  }

  /** Resolves when there is something beyond `offset`, or it has ended. */
  async changed(offset: number, signal: AbortSignal): Promise<void> {
    if (this.ring.end > offset || this.#end !== null || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const onAbort = () => resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    await promise;
    signal.removeEventListener('abort', onAbort);
    this.#waiting.delete(resolve);
  }

  /** Ends the shell and everything in it. `reason` is a sentence for whoever looks at it. */
  async stop(reason: string | null = null): Promise<void> {
    this.#reason ??= reason;
    await this.#options.process.stop();
  }

  #flow(): void {
    const isFull =
      this.#end === null &&
      (this.#pace.isOver || [...this.#readers].some(({ offset }) => this.ring.end - offset > pauseBehind));
    if (isFull === this.#isPaused) return;
    this.#isPaused = isFull;
    if (isFull) this.#options.process.pause();
    else this.#options.process.resume();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
