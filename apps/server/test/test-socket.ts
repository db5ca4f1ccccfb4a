import { wireError } from '@atelier/contracts/errors';
import type { SessionEvent } from '@atelier/contracts/events';
import { type SessionFeed, sessionFeed } from '@atelier/contracts/transcript';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { procedures } from './calls.ts';
import type { RunningProgram } from './running-program.ts';

const frame = z.strictObject({
  id: z.union([z.number(), z.string(), z.null()]).optional(),
  jsonrpc: z.string().optional(),
  method: z.string().optional(),
  result: z.strictObject({ type: z.string(), id: z.string().optional(), data: z.unknown() }).partial().optional(),
  error: z
    .strictObject({
      message: z.string(),
      code: z.number(),
      data: z.strictObject({ code: z.string(), httpStatus: z.number(), path: z.string().optional(), app: wireError }),
    })
    .optional(),
});
export type Frame = z.infer<typeof frame>;

export interface SocketOptions {
  /** What is sent as the first frame; undefined: the socket does not announce one. */
  readonly params?: unknown;
  readonly origin?: string;
  readonly cookie?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A socket as a browser has it, without a client that repairs anything. */
export class TestSocket implements AsyncDisposable {
  readonly raw: WebSocket;
  readonly frames: Frame[] = [];
  /** What came, as text. */
  readonly texts: string[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  #nextId = 1001;

  private constructor(raw: WebSocket) {
    this.raw = raw;
    raw.on('message', (data) => {
      const text = String(data);
      if (text === 'PING') return raw.send('PONG');
      if (text === 'PONG') return;
      this.texts.push(text);
      this.frames.push(frame.parse(JSON.parse(text)));
    });
    this.closed = new Promise((resolve) =>
      raw.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
    raw.on('error', () => undefined);
  }

  static async open(running: RunningProgram, options: SocketOptions = {}): Promise<TestSocket> {
    const url = new URL('/trpc', running.url.replace(/^http/, 'ws'));
    if ('params' in options) url.searchParams.set('connectionParams', '1');
    for (const [name, value] of Object.entries(options.query ?? {})) url.searchParams.append(name, value);
    const raw = new WebSocket(url, {
      headers: {
        ...options.headers,
        ...(options.origin === undefined ? {} : { origin: options.origin }),
        ...(options.cookie === undefined ? {} : { cookie: options.cookie }),
      },
    });
    const socket = new TestSocket(raw);
    await new Promise<void>((resolve, reject) => {
      raw.once('open', () => resolve());
      raw.once('error', reject);
    });
    if ('params' in options) socket.send({ method: 'connectionParams', data: options.params });
    return socket;
  }

  send(message: unknown): void {
    this.raw.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  /** Sends an operation and gives its id. */
  start(path: string, input?: unknown): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.send({ id, method: procedures.get(path)?.type ?? 'query', params: { path, input } });
    return id;
  }

  stop(id: number): void {
    this.send({ id, method: 'subscription.stop' });
  }

  /** The first answer to an operation: its data, its error, or that it has begun. */
  async ask(path: string, input?: unknown): Promise<Frame> {
    const id = this.start(path, input);
    return await this.frame((candidate) => candidate.id === id);
  }

  async frame(matches: (frame: Frame) => boolean): Promise<Frame> {
    await expect.poll(() => this.frames.some(matches), { timeout: 10_000, interval: 5 }).toBe(true);
    return this.frames.find(matches) ?? {};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.raw.readyState !== WebSocket.CLOSED) this.raw.terminate();
    await this.closed;
  }
}

/** What one reader of a session's log has been given. It fails as soon as an entry is missing or comes twice. */
export class LogReader {
  readonly #socket: TestSocket;
  readonly #id: number;
  #after: number;
  #seen = 0;
  readonly #resets: Extract<SessionFeed, { kind: 'reset' }>[] = [];
  readonly #events: SessionEvent[] = [];

  constructor(socket: TestSocket, sessionId: string, after = 0) {
    this.#socket = socket;
    this.#after = after;
    this.#id = socket.start('sessions.events', { sessionId, lastEventId: String(after) });
  }

  /** Entries in order; merged ones stand for several. */
  get events(): readonly SessionEvent[] {
    this.#read();
    return this.#events;
  }

  get resets(): readonly Extract<SessionFeed, { kind: 'reset' }>[] {
    this.#read();
    return this.#resets;
  }

  get seq(): number {
    this.#read();
    return this.#after;
  }

  get text(): string {
    return this.events.map((event) => (event.type === 'text.delta' ? event.text : '')).join('');
  }

  get errors(): readonly Frame[] {
    return this.#socket.frames.filter((frame) => frame.id === this.#id && frame.error !== undefined);
  }

  stop(): void {
    this.#socket.stop(this.#id);
  }

  /** Resolves once the reader has begun to read. */
  async begun(): Promise<this> {
    await this.#socket.frame((frame) => frame.id === this.#id);
    return this;
  }

  async until(matches: (event: SessionEvent) => boolean, timeout = 10_000): Promise<void> {
    await expect.poll(() => this.events.some(matches), { timeout, interval: 10 }).toBe(true);
  }

  async untilSeq(seq: number, timeout = 10_000): Promise<void> {
    await expect.poll(() => this.seq, { timeout, interval: 10 }).toBeGreaterThanOrEqual(seq);
  }

  #read(): void {
    const mine = this.#socket.frames.filter((frame) => frame.id === this.#id && frame.result?.type === 'data');
    for (const { result } of mine.slice(this.#seen)) {
      this.#seen += 1;
      const feed = z.object({ data: sessionFeed }).parse(result?.data).data;
      if (feed.kind === 'reset') {
        this.#resets.push(feed);
        this.#after = feed.transcript.seq;
        continue;
      }
      for (const event of feed.events) {
        const first = event.from ?? event.seq;
        if (first !== this.#after + 1) throw new Error(`Entry ${first} came after entry ${this.#after}.`);
        this.#after = event.seq;
        this.#events.push(event);
      }
    }
  }
}
