import http from 'node:http';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { request, wireErrorOf } from './calls.ts';
import { newPerson, type Person } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

let running: RunningProgram;
let ada: Person;
beforeAll(async () => {
  running = await startProgram();
  ada = await newPerson(running);
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

interface Seen {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: unknown;
}

/** A request as a program makes it that says `Host` as it likes. */
async function ask(
  program: RunningProgram,
  path: string,
  headers: http.OutgoingHttpHeaders = {},
  method = 'GET',
): Promise<Seen> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http.request(`${program.url}${path}`, { method, headers }).on('response', resolve).on('error', reject).end();
  });
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: text.startsWith('{') ? JSON.parse(text) : text,
  };
}

async function upgradeStatus(program: RunningProgram, headers: Readonly<Record<string, string>>): Promise<number> {
  const socket = new WebSocket(`${program.url.replace('http', 'ws')}/trpc`, { headers });
  socket.on('error', () => undefined);
  return await new Promise((resolve) => {
    socket.once('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.once('unexpected-response', (_request, response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
  });
}

describe('AT-16: the name a request calls us by', () => {
  const own = () => ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]'].map((name) => `${name}:${running.port}`);
  const foreign = () => [
    'evil.example',
    `evil.example:${running.port}`,
    `localhost.evil.example:${running.port}`,
    'localhost',
    `localhost:${running.port + 1}`,
    `localhost.:${running.port}`,
    `evil@localhost:${running.port}`,
    `localhost:${running.port}/evil`,
    `localhost:${running.port}, evil.example`,
  ];

  test('is one of ours, or nothing is answered and no socket is opened', async () => {
    for (const host of own()) {
      expect((await ask(running, '/trpc/system.status', { host })).status, host).toBe(200);
      expect(await upgradeStatus(running, { host }), host).toBe(101);
    }
    for (const host of foreign()) {
      for (const path of ['/', '/trpc/system.status', '/assets/app-1a2b.js', `/api/sessions/${newId()}/files?path=a`]) {
        const answer = await ask(running, path, { host, authorization: `Bearer ${ada.token}` });
        expect([answer.status, wireErrorOf(answer).code], `${host} ${path}`).toEqual([400, 'request.foreign_host']);
      }
      expect(await upgradeStatus(running, { host }), host).toBe(400);
    }
  });

  test('does not matter to whoever watches the process, and metrics are shown under our own names only', async () => {
    for (const path of ['/health', '/ready']) {
      expect((await ask(running, path, { host: 'server:3000' })).status).toBe(200);
    }
    expect((await ask(running, '/metrics', { host: 'evil.example' })).status).toBe(404);
    expect((await ask(running, '/metrics')).status).toBe(200);
    await using guarded = await startProgram({ env: { METRICS_TOKEN: 'canary-metrics-token' } });
    const authorization = 'Bearer canary-metrics-token';
    expect((await ask(guarded, '/metrics', { host: 'server:3000', authorization })).status).toBe(200);
  });

  test('is that of PUBLIC_URL behind a proxy, with or without the port of its scheme', async () => {
    await using behind = await startProgram({ env: { PUBLIC_URL: 'https://atelier.example.com', TRUST_PROXY: '1' } });
    for (const host of ['atelier.example.com', 'Atelier.Example.com', 'atelier.example.com:443']) {
      expect((await ask(behind, '/trpc/system.status', { host })).status, host).toBe(200);
    }
    for (const host of ['atelier.example.com:80', 'www.atelier.example.com', `evil.example:${behind.port}`]) {
      expect((await ask(behind, '/trpc/system.status', { host })).status, host).toBe(400);
    }
    const secure = await ask(behind, '/', { host: 'atelier.example.com' });
    expect(secure.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    expect((await ask(running, '/')).headers['strict-transport-security']).toBeUndefined();
  });
});

test('AT-16: no other site is told by a preflight what it may do, and our own pages need none', async () => {
  const paths = ['/', '/health', '/trpc/auth.signIn', '/api/csp-reports', `/api/sessions/${newId()}/files`, '/api/x'];
  for (const path of paths) {
    const headers = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
    for (const origin of ['https://evil.example', 'null', `${running.url}.evil.example`]) {
      const foreign = await ask(running, path, { ...headers, origin }, 'OPTIONS');
      expect([foreign.status, wireErrorOf(foreign).code], path).toEqual([403, 'request.forbidden_origin']);
      expect(Object.keys(foreign.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
    expect((await ask(running, path, { ...headers, origin: running.url }, 'OPTIONS')).status, path).toBe(404);
  }
});

describe('the page', () => {
  const pages = ['/', '/index.html', '/sessions/7', '/auth/register'];
  const policyOf = ({ headers }: Seen) => String(headers['content-security-policy']);
  const nonceOf = (seen: Seen) => /'nonce-([\w-]{24})'/.exec(policyOf(seen))?.[1] ?? '';

  test.each(pages)('at %s carries a nonce of its own each time, on its scripts and in its policy', async (path) => {
    const seen = [await ask(running, path), await ask(running, path)];
    for (const answer of seen) {
      expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
      expect(answer.body).toContain(`nonce="${nonceOf(answer)}"`);
      expect(answer.body).not.toContain('__ATELIER_NONCE__');
      // "Not modified" would join an old page to a new nonce.
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-cache' });
      expect(answer.headers.etag).toBeUndefined();
    }
    expect(new Set(seen.map(nonceOf)).size).toBe(2);
  });

  test('may do what it needs and nothing else', async () => {
    const answer = await ask(running, '/');
    expect(policyOf(answer).split(';')).toEqual([
      "default-src 'none'",
      `script-src 'nonce-${nonceOf(answer)}' 'strict-dynamic'`,
      "style-src 'self'",
      "img-src 'self' blob: data:",
      "connect-src 'self'",
      "font-src 'self'",
      "manifest-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
      'report-uri /api/csp-reports',
    ]);
  });

  test('is sent by nothing but GET and HEAD', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await ask(running, '/', {}, method);
      expect([answer.status, wireErrorOf(answer).code]).toEqual([404, 'route.not_found']);
    }
    expect(await ask(running, '/', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });
});

test('every answer says what browsers are to refuse', async () => {
  for (const path of ['/', '/assets/app-1a2b.js', '/assets/gone.js', '/health', '/trpc/system.status', '/api/x']) {
    const { headers } = await ask(running, path);
    expect(headers, path).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    });
    expect(String(headers['content-security-policy'])).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
    const permissions = String(headers['permissions-policy']).split(', ');
    expect(permissions).toEqual(expect.arrayContaining(['camera=()', 'geolocation=()', 'microphone=()', 'usb=()']));
    // Chromium knows none of this name, and says so in the console of every page.
    expect(permissions.join()).not.toContain('bluetooth');
    expect(permissions.filter((permission) => !permission.endsWith('=()'))).toEqual([
      'clipboard-write=(self)',
      'publickey-credentials-create=(self)',
      'publickey-credentials-get=(self)',
    ]);
  }
});

test('answers of the API are kept by nobody, and hashed files for ever', async () => {
  for (const path of ['/health', '/ready', '/metrics', '/trpc/system.status', '/trpc/auth.me', '/api/x', '/trpc/x']) {
    expect((await ask(running, path)).headers['cache-control'], path).toBe('no-store');
  }
  const asset = await ask(running, '/assets/app-1a2b.js', { 'accept-encoding': 'br' });
  expect(asset.headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-encoding': 'br',
  });
  const etag = (await ask(running, '/assets/app-1a2b.js')).headers.etag;
  expect(await ask(running, '/assets/app-1a2b.js', { 'if-none-match': etag })).toMatchObject({
    status: 304,
    headers: { 'cache-control': 'public, max-age=31536000, immutable' },
  });
});

test.each([
  '/assets/gone.js',
  '/assets/gone',
  '/favicon.ico',
  '/.env',
  '/api/gone',
  '/api',
  '/trpc/gone',
  '/robots.txt',
])('%s is not found, in our words', async (path) => {
  const answer = await ask(running, path);
  expect([answer.status, wireErrorOf(answer).code]).toEqual([404, 'route.not_found']);
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.headers['cache-control']).toBe('no-store');
});

describe('what browsers report of the policy', () => {
  const report = async (body: RequestInit['body'], headers: Readonly<Record<string, string>> = {}) =>
    (await request(running, '/api/csp-reports', { method: 'POST', body: body ?? null, headers })).status;
  const empty = '{"csp-report":{}}';
  const secret = 'token=canary-of-a-query';
  const counted = async () => {
    const { text } = await request(running, '/metrics');
    return z.coerce.number().parse(/policy_violations_total\{directive="img-src"\} (\d+)/.exec(text)?.[1] ?? 0);
  };

  test('is counted by directive and blocked origin, and told once a minute without paths and queries', async () => {
    const warn = vi.spyOn(running.program.log, 'warn');
    const before = await counted();
    const type = { 'content-type': 'application/csp-report' };
    const blocked = `https://evil.example/path?${secret}`;
    const single = {
      'document-uri': `${running.url}/?${secret}`,
      'effective-directive': 'img-src',
      'blocked-uri': blocked,
    };
    expect(await report(JSON.stringify({ 'csp-report': single }), type)).toBe(204);
    const odd = { 'effective-directive': secret, 'blocked-uri': secret };
    expect(await report(JSON.stringify({ 'csp-report': single }), type)).toBe(204);
    expect(await report(JSON.stringify({ 'csp-report': odd }), type)).toBe(204);
    expect(await counted()).toBe(before + 2);

    running.program.policyReports.tell();
    running.program.policyReports.tell();
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      { violations: { 'img-src https://evil.example': 2, 'other other': 1 } },
      'browsers refused what a page of ours wanted',
    );
    expect(JSON.stringify(warn.mock.calls)).not.toContain('canary');
    warn.mockRestore();
  });

  test('is taken from our own pages only, in small pieces, and whatever else is sent does no harm', async () => {
    for (const body of ['', 'null', '7', '{}', '{"csp-report":7}', '[7]', '[]', '{', '['.repeat(30_000)]) {
      expect(await report(body), body.slice(0, 20)).toBe(400);
    }
    expect(await report('x'.repeat(64 * 1024 + 1))).toBe(413);
    expect(await report(empty, { origin: 'https://evil.example' })).toBe(403);
    expect(await report(empty, { origin: running.url })).toBe(204);
  });

  test('is taken sixty times a minute from one address', async () => {
    await using limited = await startProgram({ env: { LIMIT_REPORTS: '3' } });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      statuses.push((await request(limited, '/api/csp-reports', { method: 'POST', body: empty })).status);
    }
    expect(statuses).toEqual([204, 204, 204, 429, 429]);
  });
});
