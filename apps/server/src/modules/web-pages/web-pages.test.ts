import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WorkspaceError } from '@atelier/agent/ports';
import { afterEach, describe, expect, test } from 'vitest';
import { openEgress } from '../../platform/egress/egress.ts';
import { AllowedWebPages } from './web-pages.ts';

/** Closes what a test opened. */
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function serve(listener: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.headers.host} ${request.url} ${request.headers.cookie ?? ''}`);
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  // A bound TCP server's address is never a pipe's name.
  return { port: (server.address() as AddressInfo).port, asked };
}

/** Every name of these tests leads to this machine. */
function pages(
  over: { readonly isOn?: boolean; readonly hosts?: readonly string[]; readonly allowPrivate?: boolean } = {},
) {
  const { isOn = true, hosts = [], allowPrivate = true } = over;
  const egress = openEgress({
    allowPrivate,
    ports: null,
    maxBytes: 10_000,
    maxMs: 300,
    givesRedirects: true,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  ends.push(() => egress.close());
  return new AllowedWebPages({ settings: async () => ({ isOn, hosts: [...hosts] }), fetch: egress.fetch });
}

const signal = new AbortController().signal;
const redirect =
  (to: string): RequestListener =>
  (_request, response) =>
    void response.writeHead(302, { location: to }).end();

test('a page is read as it is, in the letters it is written in', async () => {
  const { port, asked } = await serve((_request, response) => {
    response
      .writeHead(200, { 'content-type': 'Text/HTML; charset="iso-8859-1"' })
      .end(Buffer.from('caf\xe9', 'latin1'));
  });

  expect(await pages().fetch(`http://a.example:${port}/x?y=1`, signal)).toEqual({
    kind: 'page',
    url: `http://a.example:${port}/x?y=1`,
    status: 200,
    mediaType: 'text/html',
    text: 'café',
  });
  expect(asked).toEqual([`a.example:${port} /x?y=1 `]);
});

describe('nothing is asked', () => {
  test.each([
    ['where pages are turned off', { isOn: false }, 'turned off'],
    ['of a host that is not listed', { hosts: ['b.example', '*.a.example'] }, 'not among the hosts'],
    ['of a private address', { allowPrivate: false }, 'cannot be reached from here'],
  ])('%s', async (_name, over, words) => {
    const { port, asked } = await serve((_request, response) => response.end('secret'));

    const reading = pages(over).fetch(`http://a.example:${port}/`, signal);

    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.toBeInstanceOf(WorkspaceError);
    expect(asked).toEqual([]);
  });
});

describe('AT-22: a redirect', () => {
  test('on the same host is followed', async () => {
    const { port } = await serve((request, response) =>
      request.url === '/' ? redirect('/there')(request, response) : void response.end('here'),
    );

    expect(await pages().fetch(`http://a.example:${port}/`, signal)).toMatchObject({
      url: `http://a.example:${port}/there`,
      text: 'here',
    });
  });

  test('to another host is told, and not followed', async () => {
    const inside = await serve((_request, response) => response.end('secret'));
    const { port } = await serve(redirect(`http://b.example:${inside.port}/`));

    expect(await pages().fetch(`http://a.example:${port}/`, signal)).toEqual({
      kind: 'elsewhere',
      url: `http://b.example:${inside.port}/`,
    });
    expect(inside.asked).toEqual([]);
  });

  test('that goes round and round comes to an end', async () => {
    const { port, asked } = await serve(redirect('/'));

    await expect(pages().fetch(`http://a.example:${port}/`, signal)).rejects.toThrow('leads on and on');
    expect(asked).toHaveLength(6);
  });
});

test('a page that is too large, too slow or not there is said in words', async () => {
  const { port } = await serve((request, response) => {
    if (request.url === '/large') response.end('x'.repeat(20_000));
    if (request.url === '/slow') response.write('x');
  });
  const web = pages();

  await expect(web.fetch(`http://a.example:${port}/large`, signal)).rejects.toThrow('larger than 2 MiB');
  await expect(web.fetch(`http://a.example:${port}/slow`, signal)).rejects.toThrow('took longer than 20 seconds');
  await expect(web.fetch('http://a.example:1/', signal)).rejects.toThrow('a.example cannot be reached.');
});
