import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openTestSandbox } from './open-test-sandbox.ts';

const terminal = { columns: 90, rows: 30 };

test('a terminal has its size, and a new one when it is asked for', async () => {
  await using f = await openTestSandbox();

  const { stdout } = await f.run(['sh'], { terminal }, async (process) => {
    process.write('stty size\n');
    await sleep(400);
    process.resize(120, 40);
    process.write('stty size; exit\n');
  });

  expect(stdout).toContain('30 90');
  expect(stdout).toContain('40 120');
});

test('control-C ends the command of a shell, not the shell', async () => {
  await using f = await openTestSandbox();

  const { stdout, end } = await f.run(['bash', '--norc'], { terminal }, async (process) => {
    process.write('sleep 60\n');
    await sleep(500);
    process.write('\x03');
    await sleep(200);
    process.write('echo st""ill here; exit 5\n');
  });

  expect(stdout).toContain('still here');
  expect(end.exitCode).toBe(5);
});

test('a character that arrives in two parts is one', async () => {
  await using f = await openTestSandbox();
  const [first, ...rest] = Buffer.from('ä\n');

  const { stdout } = await f.run(['sh', '-c', 'read -r line; echo "got:$line"'], { terminal }, (process) => {
    process.write(Uint8Array.of(first ?? 0));
    process.write(Uint8Array.from(rest));
  });

  expect(stdout).toContain('got:ä');
});

test('a terminal is stopped with all that it runs, and its options are not left behind', async () => {
  await using f = await openTestSandbox();
  const before = readdirSync('/proc/self/fd').length;
  const process = f.sandbox.start({ workspace: f.workspace, command: ['sh', '-c', 'sleep 60 & sleep 61'], terminal });
  await sleep(300);

  await process.stop();
  process.write('too late');
  process.resize(1, 1);

  expect((await process.ended).exitCode).toBeNull();
  await expect.poll(() => readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
});

test('the limits hold in a terminal', async () => {
  await using f = await openTestSandbox();
  const { end } = await f.run(['yes'], { terminal, limits: { outputBytes: 100_000 } });
  expect(end.limit).toBe('output');
});
