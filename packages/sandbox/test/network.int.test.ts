import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { expect, test } from 'vitest';
import type { SandboxRequest } from '../src/ports.ts';
import { openTestSandbox } from './open-test-sandbox.ts';

/** A web server of this machine, and the rules that let a sandbox reach it. */
async function openWeb(): Promise<AsyncDisposable & { port: number; seen: http.IncomingMessage[]; network: Network }> {
  const seen: http.IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    seen.push(request);
    request.resume().on('end', () => response.end(`hello from ${request.url}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const options = { ports: [port], mayReachPrivateAddresses: true };
  return {
    ...{ port, seen, network: { kind: 'proxy', allow: ['localhost'], options } },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

type Network = Extract<NonNullable<SandboxRequest['network']>, { kind: 'proxy' }>;

/** Node inside, told to ask the proxy for everything: loopback is left out otherwise. */
const fetching = (url: string, options = '{}') => [
  ...['node', '-e'],
  `const end = (text) => { console.log(text); process.exit() };
   const request = require('node:http').request({ ...${options}, host: '127.0.0.1', port: 3128, path: '${url}', headers: { 'x-one': '1', connection: 'close, x-two', 'x-two': '2' } }, (response) => {
     let text = ''; response.on('data', (part) => { text += part }).on('end', () => end(response.statusCode + ' ' + text));
   });
   request.on('connect', (response, socket) => {
     if (response.statusCode !== 200) return end('refused ' + response.statusCode);
     socket.write('GET /tunnel HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n');
     let text = ''; socket.on('data', (part) => { text += part }).on('end', () => end(text));
   });
   request.on('error', (error) => end(error.code)).end();`,
];

test('a host of the list is reached by a plain request, without what is meant for the proxy', async () => {
  await using web = await openWeb();
  await using f = await openTestSandbox();

  const { stdout } = await f.run(fetching(`http://localhost:${web.port}/plain`), { network: web.network });

  expect(stdout).toBe('200 hello from /plain\n');
  expect(web.seen[0]?.headers).toMatchObject({ host: `localhost:${web.port}`, 'x-one': '1' });
  expect(web.seen[0]?.headers['x-two']).toBeUndefined();
});

test('a host of the list is reached through a tunnel', async () => {
  await using web = await openWeb();
  await using f = await openTestSandbox();

  const { stdout } = await f.run(fetching(`localhost:${web.port}`, '{ method: "CONNECT" }'), { network: web.network });

  expect(stdout).toContain('hello from /tunnel');
});

test('a host that is not on the list is refused with a sentence', async () => {
  await using web = await openWeb();
  await using f = await openTestSandbox();
  const network = { ...web.network, allow: ['example.com'] };

  const { stdout } = await f.run(fetching(`http://localhost:${web.port}/`), { network });

  expect(stdout).toBe('403 localhost is not on the list of hosts that commands may reach.\n\n');
  expect(web.seen).toEqual([]);
});

test('a name of the list that leads into the network is refused', async () => {
  await using web = await openWeb();
  await using f = await openTestSandbox();
  const network = { ...web.network, options: { ports: [web.port] } };

  const { stdout } = await f.run(fetching(`http://localhost:${web.port}/`), { network });

  expect(stdout).toBe('403 localhost leads to an address that commands may not reach.\n\n');
  expect(web.seen).toEqual([]);
});

test('a host that does not answer is said to be so', async () => {
  await using f = await openTestSandbox();
  const closed = net.createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const address = closed.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  closed.close();

  const { stdout } = await f.run(fetching(`http://localhost:${port}/`), {
    network: { kind: 'proxy', allow: ['localhost'], options: { ports: [port], mayReachPrivateAddresses: true } },
  });

  expect(stdout).toBe('502 localhost does not answer.\n\n');
});

test("programs are told of the proxy, and a command's end is told through the relay", async () => {
  await using f = await openTestSandbox();
  const network = { kind: 'proxy', allow: [] } as const;

  const { stdout, end } = await f.run(['sh', '-c', 'echo $https_proxy $HTTP_PROXY; exit 9'], { network });
  const { end: killed } = await f.run(['sh', '-c', 'kill -KILL $$'], { network });
  const { end: absent, stderr } = await f.run(['no-such-program'], { network });

  expect(stdout).toBe('http://127.0.0.1:3128 http://127.0.0.1:3128\n');
  expect(end.exitCode).toBe(9);
  expect(killed.signal).toBe('SIGKILL');
  expect(absent.exitCode).toBe(127);
  expect(stderr).toContain('not found');
});
