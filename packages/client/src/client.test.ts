import type { GrantDto } from '@atelier/contracts/auth';
import { expect, test } from 'vitest';
import { createClient } from './client.ts';
import { errorOf } from './errors.ts';

const apiKey = `atl_${'k'.repeat(43)}`;

/** A server that answers every request alike, and tells what it was sent. */
function server(status: number, body: unknown) {
  const seen: { readonly url: string; readonly headers: Headers }[] = [];
  const fetch = async (url: string, init?: RequestInit) => {
    seen.push({ url, headers: new Headers(init?.headers) });
    const headers = { 'content-type': 'application/json', 'set-cookie': 'atelier_refresh=planted; Path=/' };
    return new Response(JSON.stringify(body), { status, headers });
  };
  return { seen, fetch };
}

const refused = (code: string) => [
  { error: { message: '', code: -32001, data: { code: 'UNAUTHORIZED', httpStatus: 401, app: appError(code) } } },
];
const appError = (code: string) => ({ code, message: 'No.', retryable: false });

test('a key goes into the header of each request, and nowhere else', async () => {
  const { seen, fetch } = server(200, [{ result: { data: { items: [], nextCursor: null } } }]);
  const client = createClient({ url: 'http://localhost:3000/', apiKey, fetch });
  await client.api.sessions.list.query({});
  await client.downloadFile('id', 'a.txt');

  expect(seen).toHaveLength(2);
  for (const { url, headers } of seen) {
    expect(headers.get('authorization')).toBe(`Bearer ${apiKey}`);
    expect(url).not.toContain(apiKey);
    expect([headers.get('cookie'), headers.get('origin')]).toEqual([null, null]);
  }
  await client.close();
});

test('a key that is refused is refused: nothing is renewed, nothing sent again', async () => {
  const { seen, fetch } = server(401, refused('auth.required'));
  const client = createClient({ url: 'http://localhost:3000', apiKey, fetch });
  const failure = await client.api.sessions.list.query({}).catch((error: unknown) => error);

  expect(errorOf(failure)?.code).toBe('auth.required');
  expect(seen.map(({ url }) => new URL(url).pathname)).toEqual(['/trpc/sessions.list']);
  await client.close();
});

test('a code that is wrong is not sent a second time: a fresh token does not mend it', async () => {
  const { seen, fetch } = server(401, refused('auth.code_invalid'));
  const client = createClient({ url: 'http://localhost:3000', fetch });
  const in10Minutes = new Date(Date.now() + 600_000).toISOString();
  // What matters of a grant here.
  const identity = { organisation: { id: 'somewhere' } };
  const serverTime = new Date().toISOString();
  const grant = { accessToken: 'token', expiresAt: in10Minutes, serverTime, identity } as GrantDto;
  client.signInStore.accept(grant);
  const failure = await client.api.auth.confirm.mutate({ code: '000000' }).catch((error: unknown) => error);

  expect(errorOf(failure)?.code).toBe('auth.code_invalid');
  expect(seen).toHaveLength(1);
  await client.close();
});
