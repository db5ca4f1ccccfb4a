import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { expect, test } from 'vitest';
import { sampleTools, startMcpServer } from './mcp-server.ts';
import { stdioProgram } from './stdio-program.ts';

async function connect(url: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)) as Transport);
  return client;
}

test('lists its tools, and others when they change', async () => {
  await using server = await startMcpServer();
  const client = await connect(server.url);

  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(sampleTools.map(({ name }) => name));
  server.setTools([]);
  expect((await client.listTools()).tools).toEqual([]);
  await client.close();
});

test('lets nobody in without a token where one is needed', async () => {
  await using server = await startMcpServer({ needsAuthorisation: true });

  await expect(connect(server.url)).rejects.toThrow();
  const metadata = await fetch(new URL('/.well-known/oauth-protected-resource/mcp', server.url));
  expect(await metadata.json()).toMatchObject({ resource: server.url });
});

test('the program for standard streams imports nothing that is not of Node', async () => {
  const program = await stdioProgram();
  const imported = [...program.matchAll(/^import .* from ["']([^"']+)["'];?$/gm)].map(([, name]) => name);
  expect(imported.filter((name) => !name?.startsWith('node:'))).toEqual([]);
});
