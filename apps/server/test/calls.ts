import { type WireError, wireError } from '@atelier/contracts/errors';
import { type Permission, permissions } from '@atelier/contracts/permissions';
import * as z from 'zod';
import { appRouter } from '../src/app-router.ts';
import type { RunningProgram } from './running-program.ts';

const definition = z.object({
  type: z.enum(['query', 'mutation', 'subscription']),
  meta: z.discriminatedUnion('access', [
    z.object({ access: z.literal('public') }),
    z.object({
      access: z.literal('member'),
      permission: z.custom<Permission>((value) => Object.hasOwn(permissions, String(value))),
    }),
  ]),
});
export type Definition = z.infer<typeof definition>;

/** Every procedure there is, by its path, from the router itself. */
export const procedures: ReadonlyMap<string, Definition> = new Map(
  Object.entries(appRouter._def.procedures).map(([path, procedure]) => [
    path,
    definition.parse(Reflect.get(procedure, '_def')),
  ]),
);

/** What a caller shows of itself. */
export interface Way {
  readonly token?: string | null;
  readonly cookie?: string;
  /** Added to the address. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON; null when it is none. */
  readonly body: unknown;
}

export async function request(
  running: RunningProgram,
  path: string,
  init: RequestInit = {},
  way: Way = {},
): Promise<Answer> {
  const url = new URL(path, running.url);
  for (const [name, value] of Object.entries(way.query ?? {})) url.searchParams.append(name, value);
  const headers = new Headers(init.headers);
  if (way.token) headers.set('authorization', `Bearer ${way.token}`);
  if (way.cookie) {
    headers.set('cookie', way.cookie);
    headers.set('origin', running.url);
  }
  for (const [name, value] of Object.entries(way.headers ?? {})) headers.set(name, value);
  const response = await fetch(url, { ...init, headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

/** Calls a procedure over HTTP, the way its type asks for. */
export async function call(running: RunningProgram, path: string, input?: unknown, way: Way = {}): Promise<Answer> {
  const json = input === undefined ? undefined : JSON.stringify(input);
  if (procedures.get(path)?.type === 'mutation') {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: json ?? null };
    return await request(running, `/trpc/${path}`, init, way);
  }
  const query = json === undefined ? '' : `?${new URLSearchParams({ input: json })}`;
  return await request(running, `/trpc/${path}${query}`, {}, way);
}

/** Calls a procedure that has to answer with `schema`. */
export async function ask<T>(
  running: RunningProgram,
  who: { readonly token: string },
  path: string,
  input: unknown,
  schema: z.ZodType<T>,
): Promise<T> {
  const answer = await call(running, path, input, { token: who.token });
  if (answer.status !== 200) throw new Error(`${path} was refused: ${answer.status} ${answer.text}`);
  return schema.parse(dataOf(answer));
}

/** Calls a procedure that has to refuse, and gives what it says. */
export async function refusal(
  running: RunningProgram,
  who: { readonly token: string } | null,
  path: string,
  input: unknown,
): Promise<WireError> {
  return wireErrorOf(await call(running, path, input, { token: who?.token ?? null }));
}

export function dataOf(answer: Answer): unknown {
  return z.object({ result: z.object({ data: z.unknown() }) }).parse(answer.body).result.data;
}

const trpcFailure = z.strictObject({
  error: z.strictObject({
    message: z.string(),
    code: z.number(),
    data: z.strictObject({
      code: z.string(),
      httpStatus: z.number(),
      path: z.string().optional(),
      app: wireError,
    }),
  }),
});

/** The refusal in an answer, of a procedure or of a route beside tRPC. Anything that is in it besides is an error. */
export function wireErrorOf(answer: Pick<Answer, 'body'>): WireError {
  const ofTrpc = trpcFailure.safeParse(answer.body);
  if (ofTrpc.success) return ofTrpc.data.error.data.app;
  const ofRoute = z.strictObject({ error: wireError }).safeParse(answer.body);
  if (ofRoute.success) return ofRoute.data.error;
  throw new Error(`This is no refusal: ${JSON.stringify(answer.body)}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
