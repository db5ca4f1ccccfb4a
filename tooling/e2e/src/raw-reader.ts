import { once } from 'node:events';
import type { SessionFeed } from '@atelier/contracts/transcript';
import { WebSocket } from 'ws';

/** A reader that speaks the socket's protocol itself, so that it can stop reading whenever it likes. */
export class RawReader {
  readonly #socket: WebSocket;
  /** Entries seen, each by the range it stands for, in the order they came. */
  readonly ranges: (readonly [from: number, seq: number])[] = [];
  #lastSeq: number;

  private constructor(socket: WebSocket, after: number) {
    this.#socket = socket;
    this.#lastSeq = after;
    socket.on('message', (data) => this.#read(String(data)));
  }

  static async open(url: string, opts: { readonly token: string; readonly sessionId: string; readonly after: number }) {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/trpc?connectionParams=1`, { origin: url });
    const reader = new RawReader(socket, opts.after);
    await once(socket, 'open');
    socket.send(JSON.stringify({ method: 'connectionParams', data: { token: opts.token } }));
    const input = { sessionId: opts.sessionId, lastEventId: String(opts.after) };
    socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'sessions.events', input } }));
    return reader;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.terminate();
  }

  #read(frame: string): void {
    if (frame === 'PING') {
      this.#socket.send('PONG');
      return;
    }
    const message: { result?: { type: string; data?: { data: SessionFeed } } } = JSON.parse(frame);
    const feed = message.result?.data?.data;
    if (feed?.kind === 'reset') throw new Error('The log was compacted: set COMPACT_AFTER_SECONDS.');
    for (const event of feed?.events ?? []) {
      this.ranges.push([event.from ?? event.seq, event.seq]);
      this.#lastSeq = event.seq;
    }
  }
}
