import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import { openSandbox } from '@atelier/sandbox/open-sandbox';
import type { Sandbox } from '@atelier/sandbox/ports';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OpenTerminals } from './open-terminals.ts';

let root: string;
let workspace: string;
let sandbox: Sandbox;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'atelier-terminals-'));
  workspace = path.join(root, 'workspace');
  await mkdir(workspace);
  sandbox = await openSandbox({ workspaces: root });
  await sandbox.prepareWorkspace(workspace);
});
afterAll(async () => {
  await sandbox.close();
  await rm(root, { recursive: true, force: true });
});

const start = () => {
  const process = sandbox.start({ workspace, command: ['bash', '--norc', '-i'], terminal: { columns: 80, rows: 24 } });
  return Promise.resolve(process);
};
const terminalsWith = (limits: object) => new OpenTerminals({ processId: newId(), clock: systemClock, limits });
const ignore = () => undefined;

test('one that nobody uses is ended, and forgotten when its last words are old', async () => {
  const terminals = terminalsWith({ idleMs: 0, endedMs: 0 });
  const { terminal, process } = await terminals.open('a', start, ignore);

  terminals.sweep();
  await process.ended;
  expect(terminal.end).toEqual({ exitCode: null, message: 'Closed: nobody used it for long.' });
  terminals.sweep();
  expect(terminals.of('a')).toEqual([]);
});

test('one that somebody reads is not idle', async () => {
  const terminals = terminalsWith({ idleMs: 0 });
  const { terminal } = await terminals.open('a', start, ignore);
  const reader = terminal.join(0);
  await new Promise((resolve) => setTimeout(resolve, 5));

  terminals.sweep();
  expect(terminal.end).toBeNull();
  terminal.leave(reader);
  await terminals.remove(terminal);
});

test('a process has no more than it may, of all sessions together; one that has ended makes room', async () => {
  const terminals = terminalsWith({ ofProcess: 2 });
  const { terminal, process } = await terminals.open('a', start, ignore);
  await terminals.open('b', start, ignore);
  await expect(terminals.open('c', start, ignore)).rejects.toMatchObject({
    code: 'terminal.too_many',
    details: { limit: 2, of: 'server' },
  });

  await terminal.stop();
  await process.ended;
  await terminals.open('c', start, ignore);
  expect([terminals.of('a'), terminals.of('b').length, terminals.of('c').length]).toEqual([[], 1, 1]);
});
