import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageValues, Nginx, template } from './nginx.ts';
import { all, importServer } from './repository.ts';

test('the template is right, with the values of the image', async () => {
  await using nginx = new Nginx({});
  const { status, output } = nginx.check();
  expect(output).toContain('syntax is ok');
  expect(status).toBe(0);
});

test('the image knows every value of the template', () => {
  const used = new Set(all(template, /\$\{(ATELIER_[A-Z_]+)\}/g));
  expect(Object.keys(imageValues()).sort()).toEqual([...used].sort());
});

describe.each([
  { publicUrl: 'https://atelier.example.com', isSecure: true },
  { publicUrl: 'http://localhost:8080', isSecure: false },
])('in front of a server at $publicUrl', ({ publicUrl, isSecure }) => {
  let nginx: Nginx;
  let server: Server;
  let port: number;

  beforeAll(async () => {
    server = createServer(answer);
    server.on('upgrade', (incoming, socket) => {
      socket.end(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Url: ${incoming.url}\r\n\r\n`,
      );
    });
    port = await freePort();
    nginx = new Nginx(
      {
        ATELIER_LISTEN: `127.0.0.1:${port}`,
        ATELIER_SERVER: `127.0.0.1:${await listen(server)}`,
        ATELIER_PUBLIC_URL: publicUrl,
      },
      {
        'index.html': '<page nonce="__ATELIER_NONCE__"><script nonce="__ATELIER_NONCE__">',
        'assets/app-1a2b.js': 'plain',
        'assets/app-1a2b.js.gz': gzipSync('packed').toString('latin1'),
        '.env': 'x',
      },
    );
    await nginx.start(port);
  });
  afterAll(async () => {
    await nginx[Symbol.asyncDispose]();
    server.close();
    server.closeAllConnections();
  });

  test.each(['/', '/sessions/7', '/auth/sign-in', '/assets/app-1a2b.js', '/assets/gone.js'])(
    'answers %s with the headers of the server itself',
    async (url) => {
      const { headers } = await get(port, url);
      expect(headers).toMatchObject(await serversOwnHeaders(isSecure, nonceIn(headers)));
      expect('strict-transport-security' in headers).toBe(isSecure);
    },
  );

  test.each(['/', '/index.html', '/sessions/7'])('the page at %s has a nonce of its own each time', async (url) => {
    const nonces: string[] = [];
    const ways: readonly Record<string, string>[] = [
      {},
      { 'accept-encoding': 'gzip' },
      { 'if-modified-since': new Date().toUTCString() },
    ];
    for (const asked of ways) {
      const { status, headers, body } = await get(port, url, asked);
      const nonce = nonceIn(headers);
      nonces.push(nonce);
      expect({ status, body }).toEqual({ status: 200, body: `<page nonce="${nonce}"><script nonce="${nonce}">` });
      expect([headers.etag, headers['last-modified']]).toEqual([undefined, undefined]);
    }
    expect(new Set(nonces).size).toBe(3);
  });

  test('hashed files are kept for ever, the page never', async () => {
    const page = await get(port, '/sessions/7');
    expect(page).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache' } });
    const asset = await get(port, '/assets/app-1a2b.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const gone = await get(port, '/assets/gone.js');
    expect(gone.status).toBe(404);
    expect(gone.headers['cache-control']).toBeUndefined();
  });

  test('sends what was compressed beforehand', async () => {
    const packed = await get(port, '/assets/app-1a2b.js', { 'accept-encoding': 'gzip' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect((await get(port, '/assets/app-1a2b.js')).body).toBe('plain');
  });

  test.each([
    '/trpc/system.status?batch=1&input=%7B%7D',
    '/api/sessions/7/files?path=a%2Fb',
    '/auth/oauth/google/callback?code=a%2Fb&state=c',
    '/health',
    '/ready',
  ])('hands %s to the server, which answers with its own headers only', async (url) => {
    const { body, headers } = await get(port, url, { 'x-forwarded-for': '6.6.6.6' });
    expect(JSON.parse(body)).toMatchObject({ url, forwarded: '6.6.6.6, 127.0.0.1' });
    expect(headers['content-security-policy']).toBe('sandbox');
  });

  test.each(['/metrics', '/.env', '/.git/config'])('keeps %s to itself', async (url) => {
    expect((await get(port, url)).status).toBe(404);
  });

  test('opens WebSockets', async () => {
    const headers = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
      const call = request({ port, path: '/trpc', headers: { connection: 'Upgrade', upgrade: 'websocket' } });
      call.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response.headers);
      });
      call.on('response', (response) => reject(new Error(`not upgraded: ${response.statusCode}`)));
      call.on('error', reject);
      call.end();
    });
    expect(headers['x-url']).toBe('/trpc');
  });

  test('lets an upload through while it is still coming, however large', async () => {
    const size = 110 * 1024 * 1024;
    const begun = once(server);
    const call = request({ port, path: '/api/sessions/7/files', method: 'POST', headers: { 'content-length': size } });
    const answered = new Promise<IncomingMessage>((resolve, reject) =>
      call.on('response', resolve).on('error', reject),
    );
    call.write(Buffer.alloc(1024));
    await begun;
    call.end(Buffer.alloc(size - 1024));
    expect(JSON.parse(await text(await answered))).toMatchObject({ received: size });
  });
});

async function answer(incoming: IncomingMessage, response: import('node:http').ServerResponse): Promise<void> {
  let received = 0;
  for await (const chunk of incoming) received += (chunk as Buffer).length;
  response.setHeader('Content-Security-Policy', 'sandbox');
  response.end(JSON.stringify({ url: incoming.url, forwarded: incoming.headers['x-forwarded-for'], received }));
}

function nonceIn(headers: IncomingHttpHeaders): string {
  return /'nonce-([0-9a-f]{32})'/.exec(String(headers['content-security-policy']))?.[1] ?? '';
}

/** What the server sets when it answers with the page. */
async function serversOwnHeaders(isSecure: boolean, nonce: string): Promise<Record<string, string>> {
  type Middleware = (request: object, response: object, next: () => void) => void;
  const { securityHeaders, pagePolicy } = await importServer<{
    securityHeaders(opts: { isSecure: boolean }): Middleware;
    pagePolicy(nonce: string): string;
  }>('platform/http/security-headers.ts');
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value;
    },
    removeHeader: () => undefined,
  };
  securityHeaders({ isSecure })({ headers: {} }, response, () => undefined);
  expect(Object.keys(headers).length).toBeGreaterThan(8);
  headers['content-security-policy'] = pagePolicy(nonce);
  return headers;
}

async function get(port: number, path: string, headers: Record<string, string> = {}) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ port, path, headers }).on('response', resolve).on('error', reject).end();
  });
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

async function text(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return body;
}

function once(server: Server): Promise<void> {
  return new Promise((resolve) => server.once('request', () => resolve()));
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
