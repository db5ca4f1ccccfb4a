import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** A streamed answer as server-sent events. A reader that stands still holds the writer back. */
export class EventStream {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    response.flushHeaders();
  }

  get isOpen(): boolean {
    return !this.#response.destroyed && this.#response.writable;
  }

  /** Writes as it is: whole events, or what breaks them. */
  async write(piece: string | Uint8Array): Promise<void> {
    if (!this.isOpen) throw new ReaderGone();
    if (this.#response.write(piece)) return;
    const gone = new AbortController();
    await Promise.race([
      once(this.#response, 'drain', { signal: gone.signal }),
      once(this.#response, 'close', { signal: gone.signal }),
    ]);
    gone.abort();
  }

  end(): void {
    this.#response.end();
  }

  /** What was written arrives; the end of the answer never does. */
  cut(): void {
    this.#response.socket?.end();
  }
}

/** One event. OpenAI's chat completions and Gemini name none. */
export function eventOf(data: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** The reader has closed the connection: there is nobody to write for. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

export function sendJson(
  response: ServerResponse,
  {
    status,
    body,
    headers = {},
  }: { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> },
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
