import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request as the endpoints see it. */
export interface Asked {
  readonly method: string;
  /** Below the place where these endpoints are mounted. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

export type Answer =
  | { readonly status: number; readonly json: unknown }
  | { readonly status: number; readonly text: string; readonly type: string }
  | { readonly location: string };

export async function readAsked(request: IncomingMessage, mountedAt: string): Promise<Asked> {
  const url = new URL(request.url ?? '/', 'http://loopback');
  const form = new URLSearchParams(request.method === 'POST' ? await text(request) : '');
  const path = url.pathname.slice(mountedAt.length);
  return { method: request.method ?? 'GET', path, query: url.searchParams, form, headers: request.headers };
}

export function send(response: ServerResponse, answer: Answer): void {
  response.setHeader('Cache-Control', 'no-store');
  if ('location' in answer) {
    response.writeHead(302, { location: answer.location }).end();
    return;
  }
  const [type, body] =
    'json' in answer ? ['application/json', JSON.stringify(answer.json)] : [answer.type, answer.text];
  response.writeHead(answer.status, { 'content-type': type }).end(body);
}
