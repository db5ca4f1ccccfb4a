import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { stdioProgram } from '@atelier/mcp-server/stdio-program';
import { openSandbox } from '@atelier/sandbox/open-sandbox';
import type { Sandbox, SandboxProcess } from '@atelier/sandbox/ports';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { McpClient } from '../src/modules/mcp/mcp-client.ts';
import { failureIn } from '../src/modules/mcp/mcp-failure.ts';
import { SandboxTransport } from '../src/modules/mcp/sandbox-transport.ts';

let folder: string;
let workspace: string;
let sandbox: Sandbox;
const limits = { signal: new AbortController().signal, timeoutMs: 10_000 };

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-mcp-'));
  await chmod(folder, 0o755);
  const programs = path.join(folder, 'programs');
  workspace = path.join(folder, 'workspaces', 'one');
  await mkdir(programs);
  await mkdir(workspace, { recursive: true });
  await writeFile(path.join(programs, 'server.mjs'), await stdioProgram());
  sandbox = await openSandbox({ workspaces: path.dirname(workspace), toolchain: [programs] });
  await sandbox.prepareWorkspace(workspace);
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

async function connect(command: readonly string[]) {
  const started: SandboxProcess[] = [];
  const closings: true[] = [];
  const transport = new SandboxTransport(async () => {
    const process = sandbox.start({ workspace, command, hasInput: true });
    started.push(process);
    return process;
  });
  const client = await McpClient.connect(transport, { version: '1', onClosed: () => void closings.push(true) });
  return { client, process: started[0], closed: () => closings.length };
}

const server = () => ['node', path.join(folder, 'programs', 'server.mjs')];

test("the SDK's own server answers over the streams of a sandbox, and ends with its connection", async () => {
  const { client, process, closed } = await connect(server());

  expect([...(await client.tools(limits)).listed.keys()]).toContain('echo');
  expect(await client.call('echo', { text: 'né ☃', times: 2 }, limits)).toMatchObject({
    content: [{ type: 'text', text: 'né ☃ né ☃' }],
  });
  expect(await client.call('whoami', {}, limits)).toMatchObject({ content: [{ text: '/workspace' }] });
  expect(await client.call('long', {}, limits)).toMatchObject({ content: [{ text: expect.stringMatching(/ last$/) }] });

  await client.close();
  expect((await process?.ended)?.exitCode).toBeNull();
  expect(closed()).toBe(1);
});

test.each([
  ['that ends', ['true'], 'mcp.unreachable'],
  ['that is not there', ['no-such-program'], 'mcp.unreachable'],
  ['that says what is no message', ['bash', '-c', 'echo hello; sleep 60'], 'mcp.unreachable'],
])('a command %s is no server', async (_name, command, code) => {
  await expect(connect(command).catch((error: unknown) => failureIn(error))).resolves.toBe(code);
});
