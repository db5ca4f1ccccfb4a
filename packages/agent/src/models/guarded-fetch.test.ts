import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { guardedFetch, maxEventBytes } from './guarded-fetch.ts';

const about = { provider: 'Together', model: 'm' };
const bytes = (text: string) => new TextEncoder().encode(text);
const events = { 'content-type': 'text/event-stream' };

/** What is read through the guard of these chunks, and what it says broke them. An error breaks them off. */
async function readAll(chunks: readonly (Uint8Array | Error)[], init: ResponseInit = { headers: events }) {
  const left = [...chunks];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = left.shift();
      if (next instanceof Error) controller.error(next);
      else if (next) controller.enqueue(next);
      else controller.close();
    },
  });
  let brokenBy: unknown = null;
  const guarded = guardedFetch(
    async () => new Response(body, init),
    about,
    (error) => {
      brokenBy = error;
    },
  );
  const text = await (await guarded('http://provider.test/')).text();
  return { text, brokenBy };
}

const read = async (chunks: readonly Uint8Array[]) => (await readAll(chunks)).text;
const unreadable = expect.objectContaining({ error: expect.objectContaining({ code: 'provider.invalid_data' }) });

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
    expect(await readAll(chunks.map(bytes))).toMatchObject({ brokenBy: unreadable });
  });

  test('is refused when it is no UTF-8, even between two chunks', async () => {
    const broken = [new Uint8Array([...bytes('data: '), 0xf0]), new Uint8Array([0x28, ...bytes('\n\n')])];

    expect(await readAll(broken)).toEqual({ text: 'data: \ufffd', brokenBy: unreadable });
  });

  test.each([
    ['bytes that are no text', new Uint8Array([...bytes('data: c'), 0xf0, 0x28])],
    ['an event that is too long', bytes(`data: ${'x'.repeat(maxEventBytes)}`)],
  ])('is read up to %s, also where all of it comes at once', async (_name, bad) => {
    const good = bytes('data: a\n\ndata: b\r\n\r\n');

    expect(await readAll([new Uint8Array([...good, ...bad])])).toEqual({
      text: 'data: a\n\ndata: b\r\n\r\n',
      brokenBy: unreadable,
    });
  });

  test('is read up to where its connection breaks', async () => {
    const broken = new Error('terminated');

    expect(await readAll([bytes('data: a\n\n'), bytes('data: b'), broken])).toEqual({
      text: 'data: a\n\ndata: b',
      brokenBy: broken,
    });
  });

  test('that broke is not read on', async () => {
    let pulled = 0;
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array([0xff]));
      },
      cancel() {
        isCancelled = true;
      },
    });
    const response = await guardedFetch(
      async () => new Response(body, { headers: events }),
      about,
      () => undefined,
    )('http://provider.test/');

    expect(await response.text()).toBe('');
    await expect.poll(() => isCancelled).toBe(true);
    expect(pulled).toBeLessThan(5);
  });

  test.each(['text/html', 'application/json; charset=utf-8'])('is not what %s is', async (type) => {
    await expect(readAll([bytes('<html>')], { headers: { 'content-type': type } })).rejects.toMatchObject({
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
  const fetch = guardedFetch(
    async () => new Response(body, { status: 500 }),
    about,
    () => undefined,
  );
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
    await expect(guardedFetch(fetch, about, () => undefined)(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    expect(asked).toBe(1);
  } finally {
    server.close();
  }
});
