import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ModelError } from '../ports.ts';
import { guardedFetch, maxEventBytes } from './guarded-fetch.ts';

const about = { provider: 'Together', model: 'm' };
const bytes = (text: string) => new TextEncoder().encode(text);
const events = { 'content-type': 'text/event-stream' };

/** What is read through the guard of these chunks. */
async function read(chunks: readonly Uint8Array[], init: ResponseInit = { headers: events }): Promise<string> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const response = await guardedFetch(async () => new Response(body, init), about)('http://provider.test/');
  return await response.text();
}

describe('a stream of events', () => {
  test.each([
    ['as it is', ['data: {"a":1}\n\n', 'data: [DONE]\n\n']],
    ['with the line ends of every system', ['data: a\r\n\r\n', 'data: b\r\r', 'data: c\n\n']],
    ['of very many events', Array.from({ length: 9 }, () => `data: ${'x'.repeat(maxEventBytes / 2)}\n\n`)],
    ['of the longest event there may be', [`data: ${'x'.repeat(maxEventBytes - 8)}\n\n`, 'data: b\n\n']],
  ])('is read, %s', async (_name, chunks) => {
    expect(await read(chunks.map(bytes))).toBe(chunks.join(''));
  });

  test('is read when a character is split between two chunks', async () => {
    const euro = bytes('data: €\n\n');

    expect(await read([euro.subarray(0, 7), euro.subarray(7, 8), euro.subarray(8)])).toBe('data: €\n\n');
  });

  test.each([
    ['one line is too long', [`data: ${'x'.repeat(maxEventBytes)}`]],
    ['one event is too long', Array.from({ length: 5 }, () => `data: ${'x'.repeat(maxEventBytes / 4)}\r\n`)],
  ])('is refused when %s', async (_name, chunks) => {
    await expect(read(chunks.map(bytes))).rejects.toMatchObject({ error: { code: 'provider.invalid_data' } });
  });

  test('is refused when it is no UTF-8, even between two chunks', async () => {
    const broken = [new Uint8Array([...bytes('data: '), 0xf0]), new Uint8Array([0x28, ...bytes('\n\n')])];

    await expect(read(broken)).rejects.toBeInstanceOf(ModelError);
  });

  test.each(['text/html', 'application/json; charset=utf-8'])('is not what %s is', async (type) => {
    await expect(read([bytes('<html>')], { headers: { 'content-type': type } })).rejects.toMatchObject({
      error: { code: 'provider.invalid_data' },
    });
  });
});

test('a refusal without an end is read for what it is about, and no further', async () => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      controller.enqueue(bytes('x'.repeat(10_000)));
    },
  });
  const fetch = guardedFetch(async () => new Response(body, { status: 500 }), about);
  const response = await fetch('http://provider.test/');

  expect((await response.text()).length).toBe(64 * 1024);
  expect(pulled).toBeLessThan(20);
});

test('a redirection is not followed: the key would go along', async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(307, { location: '/elsewhere' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A bound TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  try {
    await expect(guardedFetch(fetch, about)(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    expect(asked).toBe(1);
  } finally {
    server.close();
  }
});
