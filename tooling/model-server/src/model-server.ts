import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer } from './answer.ts';
import { type ChatMessage, positionIn } from './position.ts';
import { type Fault, ScriptError } from './script.ts';
import { CompletionStream, ReaderGone, sendError } from './wire.ts';

export interface ModelServerOptions {
  /** 0: any free one. */
  readonly port?: number;
  /** The API key to ask for. */
  readonly key?: string;
  readonly model?: string;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly unknown[];
}

export interface ModelServer extends AsyncDisposable {
  /** What OPENAI_BASE_URL is set to. */
  readonly url: string;
  readonly key: string;
  readonly model: string;
  /** The latest requests, oldest first, a hundred at most. */
  readonly requests: readonly ChatRequest[];
  close(): Promise<void>;
}

/** A model that does what the user's message tells it to, over OpenAI's wire protocol, on loopback. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { port = 0, key = 'scripted-key', model = 'scripted' } = options;
  const requests: ChatRequest[] = [];
  const failures = new Map<string, number>();

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (error instanceof ReaderGone) return;
      const message = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.destroy();
      else sendError(response, error instanceof ScriptError ? 400 : 500, { message, type: 'script_error' });
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.authorization !== `Bearer ${key}`) {
      return sendError(response, 401, {
        message: 'Incorrect API key provided.',
        type: 'invalid_request_error',
        code: 'invalid_api_key',
      });
    }
    if (request.method === 'GET' && request.url === '/v1/models') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ object: 'list', data: [{ id: model, object: 'model', owned_by: 'atelier' }] }));
      return;
    }
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      return sendError(response, 404, { message: 'Unknown address.', type: 'invalid_request_error' });
    }
    const chat = readChat(await json(request));
    requests.push(chat);
    if (requests.length > 100) requests.shift();
    if (chat.model !== model) {
      return sendError(response, 404, {
        message: `The model ${chat.model} does not exist.`,
        type: 'invalid_request_error',
        code: 'model_not_found',
      });
    }
    await play(chat, response);
  }

  async function play(chat: ChatRequest & { readonly wantsUsage: boolean }, response: ServerResponse): Promise<void> {
    const position = positionIn(chat.messages);
    const faults = position.actions.flatMap((action) => (action.type === 'fault' ? [action.fault] : []));
    for (const fault of faults) {
      if (fault.type === 'delay') await sleep(fault.ms);
      if (fault.type === 'status' && isDue(fault, `${position.scriptText}#${position.wordsBefore}`)) {
        return refuse(response, fault);
      }
    }
    const inputTokens = Math.ceil(JSON.stringify(chat.messages).length / 4);
    await answer(new CompletionStream(response, model), position, { inputTokens, wantsUsage: chat.wantsUsage });
  }

  /** With `times`: the first so many requests of one script fail; then it works, and counts anew. */
  function isDue(fault: Extract<Fault, { type: 'status' }>, scriptKey: string): boolean {
    if (fault.times === null) return true;
    const failed = failures.get(scriptKey) ?? 0;
    if (failed >= fault.times) {
      failures.delete(scriptKey);
      return false;
    }
    failures.set(scriptKey, failed + 1);
    return true;
  }

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  // A bound TCP server's address is never a pipe's name.
  const { port: bound } = server.address() as AddressInfo;

  async function close(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
  return { url: `http://127.0.0.1:${bound}/v1`, key, model, requests, close, [Symbol.asyncDispose]: close };
}

function refuse(response: ServerResponse, fault: Extract<Fault, { type: 'status' }>): void {
  const headers: Record<string, string> = fault.retryAfter === null ? {} : { 'retry-after': String(fault.retryAfter) };
  sendError(response, fault.status, { message: `Scripted ${fault.status}.`, type: 'scripted' }, headers);
}

function readChat(body: unknown): ChatRequest & { readonly wantsUsage: boolean } {
  const get = (name: string): unknown => (typeof body === 'object' && body !== null ? Reflect.get(body, name) : null);
  const messages = get('messages');
  const tools = get('tools');
  const streamOptions = get('stream_options');
  return {
    model: String(get('model')),
    messages: Array.isArray(messages) ? messages.filter(isMessage) : [],
    tools: Array.isArray(tools) ? tools : [],
    wantsUsage:
      typeof streamOptions === 'object' &&
      streamOptions !== null &&
      Reflect.get(streamOptions, 'include_usage') === true,
  };
}

function isMessage(value: unknown): value is ChatMessage {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'role') === 'string';
}
