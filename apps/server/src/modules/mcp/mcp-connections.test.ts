import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { expect, test } from 'vitest';
import type { McpClient } from './mcp-client.ts';
import { McpConnections } from './mcp-connections.ts';
import { McpFailure } from './mcp-failure.ts';
import type { ServerPlace } from './transport-factory.ts';

const at = new Date();
const place: ServerPlace = {
  userId: 'ada',
  sessionId: 'one',
  server: {
    id: 'docs',
    organisationId: 'all',
    userId: 'ada',
    kind: 'http',
    name: 'docs',
    url: 'http://docs.example/',
    command: null,
    headersSealed: null,
    headerNames: [],
    isEnabled: true,
    timeoutSeconds: 1,
    createdAt: at,
    updatedAt: at,
  },
};

/** Connections whose transports are made here, and close when they are told to. */
class SlowToClose {
  readonly closing: (() => void)[] = [];
  readonly connections = new McpConnections({ transports: this, version: '1' });

  async of(): Promise<InMemoryTransport> {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await new Server({ name: 'docs', version: '1' }, { capabilities: {} }).connect(theirs);
    const close = ours.close.bind(ours);
    ours.close = async () => {
      // The other side closes this one in its turn.
      ours.close = close;
      await new Promise<void>((resolve) => this.closing.push(resolve));
      await close();
    };
    return ours;
  }

  async use(work: (client: McpClient) => Promise<void> = async () => undefined): Promise<McpClient> {
    return await this.connections.use(place, async (client) => {
      await work(client);
      return client;
    });
  }

  async closeAll(): Promise<void> {
    for (const close of this.closing.splice(0)) close();
    await new Promise(setImmediate);
  }
}

const broken = async () => {
  throw new McpFailure('mcp.unreachable');
};

test('a connection that closes late leaves the one that has taken its place', async () => {
  const server = new SlowToClose();
  const first = await server.use();
  const dropped = server.use(broken).catch(() => undefined);
  await expect.poll(() => server.closing.length).toBe(1);

  const second = await server.use();
  await server.closeAll();
  await dropped;

  expect(second).not.toBe(first);
  expect(await server.use()).toBe(second);
});

test('a call that fails on an old connection leaves the new one', async () => {
  const server = new SlowToClose();
  const fail = Promise.withResolvers<void>();
  let isOver = false;
  void server
    .use(() => fail.promise)
    .catch(() => {
      isOver = true;
    });
  const early = server.use(broken).catch(() => undefined);
  await expect.poll(() => server.closing.length).toBe(1);
  await server.closeAll();
  await early;

  const second = await server.use();
  fail.reject(new McpFailure('mcp.unreachable'));
  await expect
    .poll(async () => {
      await server.closeAll();
      return isOver;
    })
    .toBe(true);

  expect(await server.use()).toBe(second);
});
