import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type EgressOptions, openEgress } from './egress.ts';
import { egressRefusalIn } from './egress-error.ts';
import type { Resolve } from './pinned-lookup.ts';

/** Closes what a test opened. */
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const loose: EgressOptions = { allowPrivate: true, ports: null, maxBytes: 1000, maxMs: 5000 };

function open(options: Partial<EgressOptions> = {}) {
  const egress = openEgress({ ...loose, ...options });
  ends.push(() => egress.close());
  return egress.fetch;
}

async function serve(listener: RequestListener, host = '127.0.0.1') {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host} ${request.url} ${request.headers.authorization ?? ''}`);
    listener(request, response);
  });
  server.listen(0, host);
  await once(server, 'listening');
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  // A bound TCP server's address is never a pipe's name.
  return { port: (server.address() as AddressInfo).port, asked };
}

async function refusal(asking: Promise<Response>): Promise<string | null> {
  return await asking.then(
    (response) => `answered ${response.status}`,
    (error: unknown) => egressRefusalIn(error) ?? String(error),
  );
}

const resolving =
  (...addresses: readonly string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

test('what is sent arrives, and the answer comes back as from any fetch', async () => {
  const { port, asked } = await serve((request, response) => {
    response.writeHead(201, { 'x-seen': String(request.headers['content-type']) });
    request.pipe(response);
  });

  const response = await open()(`http://127.0.0.1:${port}/v1/x?y=1`, {
    method: 'POST',
    headers: { authorization: 'Bearer k', 'content-type': 'text/plain' },
    body: 'hello',
  });

  expect([response.status, response.headers.get('x-seen'), await response.text()]).toEqual([
    201,
    'text/plain',
    'hello',
  ]);
  expect(asked).toEqual([`POST 127.0.0.1:${port} /v1/x?y=1 Bearer k`]);
});

describe('V-47: nothing is sent', () => {
  test.each([
    ['file:///etc/passwd', 'scheme'],
    ['ftp://example.com/', 'scheme'],
    ['data:text/plain,x', 'scheme'],
    ['http://name@example.com/', 'credentials'],
    ['http://:word@example.com/', 'credentials'],
    ['http://169.254.169.254/latest/meta-data/', 'address'],
    ['http://0xa9fea9fe/', 'address'],
    ['http://2852039166/', 'address'],
    ['http://0251.0376.0251.0376/', 'address'],
    ['http://[::ffff:169.254.169.254]/', 'address'],
    ['http://[fd00:ec2::254]/', 'address'],
    ['http://[fe80::1]/', 'address'],
    ['http://0.0.0.0/', 'address'],
  ])('to %s, even where private addresses may be reached', async (url, reason) => {
    expect(await refusal(open()(url))).toBe(reason);
  });

  test.each(['127.0.0.1', '[::1]', '127.1', '2130706433', '[::ffff:127.0.0.1]', '10.0.0.1', '192.168.0.1'])(
    'to %s where they may not',
    async (host) => {
      const { port, asked } = await serve((_request, response) => response.end());
      expect(await refusal(open({ allowPrivate: false })(`http://${host}:${port}/`))).toBe('address');
      expect(asked).toEqual([]);
    },
  );

  test('to a port that is not among those which are let', async () => {
    const { port } = await serve((_request, response) => response.end());
    expect(await refusal(open({ ports: [80, 443] })(`http://127.0.0.1:${port}/`))).toBe('port');
    expect(await refusal(open({ ports: [port] })(`http://127.0.0.1:${port}/`))).toBe('answered 200');
  });
});

describe('AT-21: a name', () => {
  test('is connected to by the address that was checked, and by none of the others', async () => {
    const { port, asked } = await serve((_request, response) => response.end());
    const resolve = resolving('169.254.169.254', 'fe80::1', '127.0.0.1');

    expect(await refusal(open({ resolve })(`http://rebind.example:${port}/`))).toBe('answered 200');
    expect(asked).toEqual([`GET rebind.example:${port} / `]);
  });

  test.each([[['127.0.0.1']], [['10.0.0.1', '::1']], [['::ffff:127.0.0.1']], [['169.254.169.254']], [[]]])(
    'that leads to %j only is refused',
    async (addresses) => {
      const { port, asked } = await serve((_request, response) => response.end());
      const fetch = open({ allowPrivate: false, resolve: resolving(...addresses) });
      expect(await refusal(fetch(`http://inside.example:${port}/`))).toBe('address');
      expect(asked).toEqual([]);
    },
  );

  test('that answers otherwise the second time is asked once a connection', async () => {
    const { port } = await serve((_request, response) => response.end('ok'));
    let times = 0;
    const fetch = open({
      resolve: async () => {
        times += 1;
        return [{ address: times === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
      },
    });
    expect(await refusal(fetch(`http://rebind.example:${port}/`))).toBe('answered 200');
    expect(times).toBe(1);
  });
});

describe('AT-22: a redirect', () => {
  test.each([301, 302, 303, 307, 308])('%i is not followed', async (status) => {
    const inside = await serve((_request, response) => response.end('secret'));
    const { port } = await serve((_request, response) => {
      response.writeHead(status, { location: `http://127.0.0.1:${inside.port}/` }).end();
    });
    const asking = open()(`http://127.0.0.1:${port}/`, { headers: { authorization: 'Bearer k' } });
    expect(await refusal(asking)).toBe('redirect');
    expect(inside.asked).toEqual([]);
  });
});

describe('an answer', () => {
  test('that is too large is cut, with and without its length told', async () => {
    for (const headers of [{ 'content-length': '2000' }, {}]) {
      const { port } = await serve((_request, response) => response.writeHead(200, headers).end('x'.repeat(2000)));
      const reading = open()(`http://127.0.0.1:${port}/`).then((response) => response.text());
      await expect(reading).rejects.toThrow();
    }
  });

  test('that is packed although nobody asked for it is not unpacked', async () => {
    const { port } = await serve((request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)));
    });
    expect(await refusal(open()(`http://127.0.0.1:${port}/`))).toBe('encoding');
  });

  test('that does not come, or does not end, is given up', async () => {
    const silent = await serve(() => undefined);
    const endless = await serve((_request, response) => response.writeHead(200).write('x'));
    const fetch = open({ maxMs: 150 });
    await expect(fetch(`http://127.0.0.1:${silent.port}/`)).rejects.toThrow();
    const response = await fetch(`http://127.0.0.1:${endless.port}/`);
    await expect(response.text()).rejects.toThrow();
  });

  test('that comes in drops is given up all the same', async () => {
    const { port } = await serve((_request, response) => {
      const dropping = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(dropping));
    });
    const response = await open({ maxMs: 150, maxBytes: 1_000_000 })(`http://127.0.0.1:${port}/`);
    await expect(response.text()).rejects.toThrow();
  });

  test('is given up when whoever asked has gone', async () => {
    const { port } = await serve(() => undefined);
    const gone = new AbortController();
    const asking = open()(`http://127.0.0.1:${port}/`, { signal: gone.signal });
    gone.abort(new Error('gone'));
    await expect(asking).rejects.toThrow('gone');
  });
});

test('a refusal says neither address nor key', async () => {
  const asking = open()('http://169.254.169.254/secret', { headers: { authorization: 'Bearer hunter2' } });
  const error = await asking.catch((error: unknown) => error);
  expect(String(error)).toBe('EgressError: A request to the outside was refused: address.');
});
