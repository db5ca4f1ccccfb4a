import { type TerminalDto, type TerminalEnd, terminalDto } from '@atelier/contracts/terminals';
import { newId } from '@atelier/kernel/ids';
import { expect } from 'vitest';
import * as z from 'zod';
import { ask, call } from './calls.ts';
import type { Person } from './people.ts';
import type { RunningProgram } from './running-program.ts';
import type { TestSocket } from './test-socket.ts';

const feed = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['output', 'reset']), bytes: z.base64() }),
  z.strictObject({
    kind: z.literal('end'),
    end: z.strictObject({ exitCode: z.int().nullable(), message: z.string().nullable() }),
  }),
]);

/** What one reader of a terminal was given. It fails as soon as a byte is missing or comes twice. */
export class TerminalReader {
  readonly #socket: TestSocket;
  readonly #id: number;
  readonly #isFresh: boolean;
  #seen = 0;
  #offset: number;
  #bytes = Buffer.alloc(0);
  #resets = 0;
  #end: TerminalEnd | null = null;

  constructor(socket: TestSocket, terminal: Opened, after: number | null = null) {
    this.#socket = socket;
    this.#isFresh = after === null;
    this.#offset = after ?? 0;
    this.#id = socket.start('terminals.output', {
      ...terminal.ref,
      ...(after === null ? {} : { lastEventId: String(after) }),
    });
  }

  get text(): string {
    this.#read();
    return this.#bytes.toString();
  }

  get offset(): number {
    this.#read();
    return this.#offset;
  }

  get resets(): number {
    this.#read();
    return this.#resets;
  }

  get end(): TerminalEnd | null {
    this.#read();
    return this.#end;
  }

  stop(): void {
    this.#socket.stop(this.#id);
  }

  async until(matches: RegExp): Promise<string> {
    await expect.poll(() => this.text, { timeout: 15_000, interval: 10 }).toMatch(matches);
    return this.text;
  }

  async untilEnd(): Promise<TerminalEnd> {
    await expect.poll(() => this.end, { timeout: 15_000, interval: 10 }).not.toBeNull();
    return this.end ?? { exitCode: null, message: null };
  }

  #read(): void {
    const mine = this.#socket.frames.filter((frame) => frame.id === this.#id && frame.result?.type === 'data');
    for (const { result } of mine.slice(this.#seen)) {
      this.#seen += 1;
      const step = z.object({ id: z.coerce.number(), data: feed }).parse(result?.data);
      if (step.data.kind === 'end') {
        this.#end = step.data.end;
        continue;
      }
      const bytes = Buffer.from(step.data.bytes, 'base64');
      if (step.data.kind === 'reset') {
        this.#resets += 1;
        this.#bytes = Buffer.alloc(0);
      } else if (this.#offset + bytes.length !== step.id && !(this.#isFresh && this.#offset === 0)) {
        throw new Error(`After byte ${this.#offset} came ${bytes.length} bytes up to ${step.id}.`);
      }
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      this.#offset = step.id;
    }
  }
}

/** A terminal as its owner has it. */
export class Opened {
  readonly dto: TerminalDto;
  readonly ref: { readonly sessionId: string; readonly terminalId: string };
  readonly #running: RunningProgram;
  readonly #who: Person;
  readonly #writerId = newId();
  #seq = 0;

  private constructor(running: RunningProgram, who: Person, sessionId: string, dto: TerminalDto) {
    this.#running = running;
    this.#who = who;
    this.dto = dto;
    this.ref = { sessionId, terminalId: dto.id };
  }

  static async open(running: RunningProgram, who: Person, sessionId: string): Promise<Opened> {
    const dto = await ask(running, who, 'terminals.open', { sessionId, columns: 80, rows: 24 }, terminalDto);
    return new Opened(running, who, sessionId, dto);
  }

  async type(data: string): Promise<void> {
    this.#seq += 1;
    await this.do('terminals.write', { writerId: this.#writerId, seq: this.#seq, data });
  }

  async do(path: string, input: object = {}): Promise<void> {
    const answer = await call(this.#running, path, { ...this.ref, ...input }, { token: this.#who.token });
    if (answer.status !== 200) throw new Error(`${path} was refused: ${answer.status} ${answer.text}`);
  }
}
