import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** One streamed chat completion in OpenAI's wire format: `data:` lines of `chat.completion.chunk` objects. */
export class CompletionStream {
  readonly #response: ServerResponse;
  readonly #head: { readonly id: string; readonly created: number; readonly model: string };

  constructor(response: ServerResponse, model: string) {
    this.#response = response;
    this.#head = { id: `chatcmpl-${Date.now().toString(36)}`, created: Math.floor(Date.now() / 1000), model };
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    response.flushHeaders();
  }

  get isOpen(): boolean {
    return !this.#response.destroyed && this.#response.writable;
  }

  text(content: string): Promise<void> {
    return this.#delta({ content });
  }

  reasoning(text: string): Promise<void> {
    return this.#delta({ reasoning_content: text });
  }

  async toolCall(index: number, call: { readonly id: string; readonly name: string; readonly argumentsText: string }) {
    await this.#delta({
      tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }],
    });
    for (const piece of call.argumentsText.match(/[\s\S]{1,12}/g) ?? []) {
      await this.#delta({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
  }

  async finish(reason: 'stop' | 'tool_calls', usage: { readonly input: number; readonly output: number } | null) {
    await this.#send({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
    if (usage !== null) {
      await this.#send({
        choices: [],
        usage: {
          prompt_tokens: usage.input,
          completion_tokens: usage.output,
          total_tokens: usage.input + usage.output,
        },
      });
    }
    await this.#write('data: [DONE]\n\n');
    this.#response.end();
  }

  garbage(): Promise<void> {
    return this.#write('data: {"choices": [{"delta": <html>502 Bad Gateway\n\n');
  }

  /** What was written arrives; the end of the answer never does. */
  cut(): void {
    this.#response.socket?.end();
  }

  #delta(delta: object): Promise<void> {
    return this.#send({ choices: [{ index: 0, delta, finish_reason: null }] });
  }

  #send(body: object): Promise<void> {
    return this.#write(`data: ${JSON.stringify({ ...this.#head, object: 'chat.completion.chunk', ...body })}\n\n`);
  }

  async #write(text: string): Promise<void> {
    if (!this.isOpen) throw new ReaderGone();
    if (this.#response.write(text)) return;
    const gone = new AbortController();
    await Promise.race([
      once(this.#response, 'drain', { signal: gone.signal }),
      once(this.#response, 'close', { signal: gone.signal }),
    ]);
    gone.abort();
  }
}

/** The reader has closed the connection: there is nobody to write for. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

export function sendError(
  response: ServerResponse,
  status: number,
  error: { readonly message: string; readonly type: string; readonly code?: string },
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { param: null, code: null, ...error } }));
}
