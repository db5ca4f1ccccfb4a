import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openTestSandbox } from './open-test-sandbox.ts';

/** Processes of this machine that sleep for exactly so long. */
function sleepers(seconds: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1') === `sleep\0${seconds}\0`;
    } catch {
      return false;
    }
  });
}

/** Processes that this one started and that have not been waited for. */
function ownChildren(): string[] {
  const threads = readdirSync('/proc/self/task');
  return threads
    .flatMap((thread) => readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' '))
    .filter(Boolean);
}

test('nothing outlives a server that is killed', async () => {
  await using f = await openTestSandbox();
  const seconds = String(2_000_000_000 + process.pid);
  const program = path.join(import.meta.dirname, 'server-that-dies.ts');
  const server = spawn(process.execPath, [program, f.folder, f.workspace, seconds], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server.stdout, 'data');
  await expect.poll(() => sleepers(seconds).length).toBe(2);

  server.kill('SIGKILL');

  await expect.poll(() => sleepers(seconds)).toEqual([]);
  // The next one that is opened removes what this one could not: ours, or one of another test on this machine before it.
  await using _next = await openTestSandbox();
  expect(readdirSync(os.tmpdir()).filter((name) => name.startsWith(`atelier-sandbox-${server.pid}-`))).toEqual([]);
});

test('twenty commands at a time do not disturb each other', async () => {
  await using f = await openTestSandbox();

  const ran = await Promise.all(
    Array.from(
      { length: 20 },
      async (_, index) => await f.run(['sh', '-c', `echo ${index}; cat /proc/1/oom_score_adj; exit ${index}`]),
    ),
  );

  expect(ran.map(({ stdout }) => stdout)).toEqual(ran.map((_, index) => `${index}\n1000\n`));
  expect(ran.map(({ end }) => end.exitCode)).toEqual(ran.map((_, index) => index));
});

test('two hundred commands leave no process, descriptor or file', async () => {
  const runtimeFolder = mkdtempSync(path.join(os.tmpdir(), 'atelier-runtime-'));
  chmodSync(runtimeFolder, 0o755);
  await using f = await openTestSandbox({ runtimeFolder });
  const terminal = { columns: 80, rows: 24 };
  const kinds = [
    () => f.run(['true']),
    () => f.run(['cat'], { hasInput: true }, (process) => process.endInput()),
    () => f.run(['sleep', '60'], {}, (process) => process.stop()),
    () => f.run(['yes'], { limits: { outputBytes: 10_000 } }),
    () => f.run(['true'], { terminal }),
  ];
  const round = () => Promise.all(kinds.flatMap((kind) => [kind(), kind(), kind(), kind()]));
  // The first round opens what stays open: Node's own descriptors, and the named pipes, which are used again.
  await round();
  await f.run(['true'], { network: { kind: 'proxy', allow: [] } });
  const [name = ''] = readdirSync(runtimeFolder);
  const folder = path.join(runtimeFolder, name);
  const before = { descriptors: readdirSync('/proc/self/fd').length, files: readdirSync(folder).length };

  for (let made = 0; made < 200; made += 20) await round();
  await f.run(['true'], { network: { kind: 'proxy', allow: [] } });

  await expect.poll(() => readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before.descriptors);
  expect(readdirSync(folder).length).toBe(before.files);
  await expect.poll(ownChildren).toEqual([]);
  await f.sandbox.close();
  expect(readdirSync(runtimeFolder)).toEqual([]);
  rmSync(runtimeFolder, { recursive: true });
});
