import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer } from './answer.ts';
import { badRequest } from './checks.ts';
import { type Asked, type Dialect, Refusal } from './dialect.ts';
import { anthropic } from './dialects/anthropic.ts';
import { chat } from './dialects/chat.ts';
import { google } from './dialects/google.ts';
import { responses } from './dialects/responses.ts';
import { positionIn } from './position.ts';
import { kindOf, wordsOf } from './refusal-kinds.ts';
import { type AskedFor, Requests } from './requests.ts';
import { ScriptError, type StatusFault } from './script.ts';
import { EventStream, ReaderGone, sendJson } from './sse.ts';

export type { AskedFor } from './requests.ts';

export interface ModelServerOptions {
  /** 0: any free one. */
  readonly port?: number;
  /** The API keys that are taken. The first is `key`. */
  readonly keys?: readonly string[];
  readonly key?: string;
  /** The models there are. The first is `model`. */
  readonly models?: readonly string[];
}

export interface ModelServer extends AsyncDisposable {
  /** What OPENAI_BASE_URL is set to: the base of OpenAI's protocols and of Anthropic's. */
  readonly url: string;
  /** The base of Google's. */
  readonly googleUrl: string;
  readonly key: string;
  readonly model: string;
  /** The latest requests for an answer, oldest first, a hundred at most. */
  readonly requests: readonly AskedFor[];
  /** How many requests for an answer there were in all, of one model or one key. */
  count(of?: { readonly model?: string; readonly key?: string }): number;
  close(): Promise<void>;
}

const dialects: readonly Dialect[] = [chat, responses, anthropic, google];

/** A model that does what the user's message tells it to, over the wire protocols of the providers, on loopback. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { port = 0, key = 'scripted-key', models = ['scripted', 'scripted-b'] } = options;
  const keys = options.keys ?? [key];
  const requests = new Requests();
  const failures = new Map<string, number>();

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { method = '', headers } = request;
    const found = dialects.flatMap((dialect) => {
      const route = dialect.route({ method, path: url.pathname, headers });
      return route ? [{ dialect, route }] : [];
    })[0];
    if (method === 'GET' && url.pathname === '/requests')
      return sendJson(response, { status: 200, body: requests.counts });
    if (!found) return sendRefusal(response, chat, new Refusal(404, 'request', 'Unknown address.'));
    const { dialect, route } = found;
    handle({ dialect, request, response }).catch((error: unknown) => {
      if (error instanceof ReaderGone) return;
      if (response.headersSent) response.destroy();
      else sendRefusal(response, dialect, toRefusal(error));
    });

    async function handle(call: Call): Promise<void> {
      const given = dialect.keyIn(headers);
      if (given === undefined || !keys.includes(given)) throw new Refusal(401, 'key', wordsOf('key'));
      if (route.to === 'models')
        return sendJson(response, { status: 200, body: dialect.models(models, url.searchParams) });
      const body = await json(request).catch(() => {
        throw badRequest('The body is no JSON.');
      });
      const asked = dialect.read(body, route.model);
      requests.add({ dialect: dialect.name, key: given, body, ...asked }, response);
      if (!models.includes(asked.model)) throw new Refusal(404, 'model', `The model ${asked.model} does not exist.`);
      await play(asked, call);
    }
  });

  async function play(asked: Asked, { dialect, response }: Call): Promise<void> {
    const position = positionIn(asked.turns);
    if (position.lacksReasoning) throw badRequest('Missing `reasoning_content` field in the assistant message.');
    for (const action of position.actions) {
      if (action.type !== 'fault') continue;
      const { fault } = action;
      if (fault.model !== null && fault.model !== asked.model) continue;
      if (fault.type === 'delay') await sleep(fault.ms);
      if (fault.type === 'status' && isDue(fault, `${asked.model} ${position.scriptText}#${position.wordsBefore}`)) {
        throw new Refusal(fault.status, fault.kind, wordsOf(fault.kind), fault.retryAfter);
      }
    }
    await answer(dialect.open(new EventStream(response), asked), position, asked);
  }

  /** With `times`: the first so many requests of one script fail; then it works, and counts anew. */
  function isDue(fault: StatusFault, scriptKey: string): boolean {
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
  const origin = `http://127.0.0.1:${bound}`;

  async function close(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
  return {
    url: `${origin}/v1`,
    googleUrl: `${origin}/v1beta`,
    key: keys[0] ?? key,
    model: models[0] ?? '',
    requests: requests.latest,
    count: (of) => requests.count(of),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Call {
  readonly dialect: Dialect;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof ScriptError ? badRequest(message) : new Refusal(500, kindOf(500), message);
}

function sendRefusal(response: ServerResponse, dialect: Dialect, refusal: Refusal): void {
  const body = dialect.error(refusal);
  const headers: Record<string, string> =
    refusal.retryAfter === null ? {} : { 'retry-after': String(refusal.retryAfter) };
  sendJson(response, {
    status: dialect.name === 'google' && refusal.kind === 'key' ? 400 : refusal.status,
    body,
    headers,
  });
}
