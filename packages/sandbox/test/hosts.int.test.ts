import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openSandbox } from '../src/open-sandbox.ts';
import { openTestSandbox } from './open-test-sandbox.ts';

test('a sandbox that cannot be tried out says why, runs nothing, and can be closed', async () => {
  const sandbox = await openSandbox({ workspaces: '/no/such/folder' });

  expect(sandbox.state).toMatchObject({
    isProven: false,
    reason: expect.stringContaining('/no/such/folder'),
    remedy: expect.stringContaining('docs/guides/sandbox.md'),
  });
  expect(() => sandbox.start({ workspace: '/tmp', command: ['true'] })).toThrow('There is no sandbox.');
  await sandbox.close();
});

test('a sandbox that cannot have a folder for itself is not proven', async () => {
  const sandbox = await openSandbox({ workspaces: os.tmpdir(), runtimeFolder: '/no/such/folder' });
  expect(sandbox.state.isProven).toBe(false);
});

test('the probe is quick, and leaves nothing', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'atelier-probe-'));
  chmodSync(folder, 0o755);
  const startedAt = performance.now();
  const sandbox = await openSandbox({ workspaces: folder });
  const tookMs = performance.now() - startedAt;

  expect(sandbox.state).toEqual({ isProven: true, version: expect.stringContaining('bubblewrap') });
  expect(readdirSync(folder)).toEqual([]);
  // Usually a third of a second at most; a machine that is busy with other tests is slower.
  expect(tookMs).toBeLessThan(5000);
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

test('a workspace in a folder that nobody else may enter is reached all the same', async () => {
  await using f = await openTestSandbox();
  const closed = path.join(f.folder, 'closed');
  const workspace = path.join(closed, 'workspace');
  mkdirSync(workspace, { recursive: true });
  chmodSync(closed, 0o700);
  await f.sandbox.prepareWorkspace(workspace);

  const { stdout, end } = await f.run(['sh', '-c', 'echo kept > file; ls; ls /proc/mounts >/dev/null'], { workspace });

  expect(end.exitCode).toBe(0);
  expect(stdout).toBe('file\n');
  expect(readdirSync(workspace)).toEqual(['file']);
});

test('what a sweeper of temporary files removed is made again', async () => {
  const runtimeFolder = mkdtempSync(path.join(os.tmpdir(), 'atelier-runtime-'));
  chmodSync(runtimeFolder, 0o755);
  await using f = await openTestSandbox({ runtimeFolder });
  for (const name of readdirSync(runtimeFolder)) rmSync(path.join(runtimeFolder, name), { recursive: true });

  const { stdout, end } = await f.run(['whoami']);

  expect(end.exitCode).toBe(0);
  expect(stdout).toBe('agent\n');
  rmSync(runtimeFolder, { recursive: true });
});
