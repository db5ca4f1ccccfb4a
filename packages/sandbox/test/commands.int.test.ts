import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openTestSandbox } from './open-test-sandbox.ts';

test('a command reads and writes its workspace, and its output comes by stream', async () => {
  await using f = await openTestSandbox();

  const { stdout, stderr, end } = await f.run(['sh', '-c', 'echo out; echo err >&2; echo kept > file; pwd; exit 3']);

  expect({ stdout, stderr }).toEqual({ stdout: 'out\n/workspace\n', stderr: 'err\n' });
  expect(end).toMatchObject({ exitCode: 3, signal: null, limit: null, message: null });
  expect(readFileSync(path.join(f.workspace, 'file'), 'utf8')).toBe('kept\n');
});

test('scripts open their output by its name', async () => {
  await using f = await openTestSandbox();

  const { stdout, stderr } = await f.run([
    'sh',
    '-c',
    'echo a > /dev/stdout; echo b > /dev/stderr; echo c > /dev/fd/2',
  ]);

  expect({ stdout, stderr }).toEqual({ stdout: 'a\n', stderr: 'b\nc\n' });
});

test('output that came before anybody listened is not lost', async () => {
  await using f = await openTestSandbox();
  const process = f.sandbox.start({ workspace: f.workspace, command: ['echo', 'early'] });
  await process.ended;

  const heard: string[] = [];
  process.onOutput((chunk) => heard.push(Buffer.from(chunk).toString()));

  expect(heard.join('')).toBe('early\n');
});

test('a large output arrives whole', async () => {
  await using f = await openTestSandbox();

  const { stdout } = await f.run(['sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x']);

  expect(stdout.length).toBe(3_000_000);
});

test('input is written, and ends', async () => {
  await using f = await openTestSandbox();

  const { stdout } = await f.run(['cat'], { hasInput: true }, (process) => {
    process.write('one\n');
    process.write(Buffer.from('two\n'));
    process.endInput();
  });

  expect(stdout).toBe('one\ntwo\n');
});

test('writing to a command that has ended does nothing', async () => {
  await using f = await openTestSandbox();
  const process = f.sandbox.start({ workspace: f.workspace, command: ['true'], hasInput: true });
  process.write('x'.repeat(1_000_000));
  await process.ended;
  process.write('too late');
  process.endInput();
  await process.stop();
});

test('a command has the variables and the folder that were asked for', async () => {
  await using f = await openTestSandbox();
  await f.run(['mkdir', '-p', 'a/b']);

  const { stdout } = await f.run(['sh', '-c', 'echo "$COLOUR $HOME"; pwd'], {
    env: { COLOUR: 'two words\nand a line' },
    directory: 'a/b',
  });

  expect(stdout).toBe('two words\nand a line /workspace\n/workspace/a/b\n');
});

test('variables are not seen in the list of processes', async () => {
  await using f = await openTestSandbox();
  const process = f.sandbox.start({
    ...{ workspace: f.workspace, command: ['sleep', '5'], env: { TOKEN: 'kept-from-others' } },
  });
  await sleep(200);

  const lines = processLines();
  await process.stop();

  expect(lines.some((line) => line.includes('bwrap'))).toBe(true);
  expect(lines.filter((line) => line.includes('kept-from-others'))).toEqual([]);
});

test('node, npm and git of the host work inside', async () => {
  await using f = await openTestSandbox();

  const { stdout, end } = await f.run(['sh', '-c', 'node --version && git init -q . && git --version && node -p 1+1']);

  expect(end.exitCode).toBe(0);
  expect(stdout).toMatch(/^v\d+\.\d+\.\d+\ngit version .*\n2\n$/);
});

test('a program that is not there ends with 127', async () => {
  await using f = await openTestSandbox();
  const { end, stderr } = await f.run(['no-such-program']);
  expect(end.exitCode).toBe(127);
  expect(stderr).toContain('not found');
});

test('a signal that ended a command is named', async () => {
  await using f = await openTestSandbox();
  const { end } = await f.run(['sh', '-c', 'kill -SEGV $$']);
  expect(end).toMatchObject({ exitCode: 139, signal: 'SIGSEGV', limit: null });
});

test('a command that is asked to end may tidy up', async () => {
  await using f = await openTestSandbox();

  const { stdout, end } = await f.run(
    ['sh', '-c', 'trap "echo tidied; exit 0" TERM; echo up; sleep 60 & wait'],
    {},
    async (process) => {
      await sleep(300);
      await process.stop();
    },
  );

  expect(stdout).toBe('up\ntidied\n');
  expect(end).toMatchObject({ exitCode: null, signal: 'SIGTERM', limit: null });
});

test('a command that does not end when asked is killed within a second', async () => {
  await using f = await openTestSandbox();
  const process = f.sandbox.start({
    workspace: f.workspace,
    command: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'],
  });
  await sleep(300);

  const before = performance.now();
  await process.stop();

  expect(performance.now() - before).toBeLessThan(1500);
});

test('an aborted signal stops the command, also one that was aborted before', async () => {
  await using f = await openTestSandbox();
  const controller = new AbortController();

  const { end } = await f.run(['sleep', '60'], { signal: controller.signal }, () =>
    setTimeout(() => controller.abort(), 100),
  );
  const { end: atOnce } = await f.run(['sleep', '60'], { signal: controller.signal });

  for (const it of [end, atOnce]) expect(it).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
});

test('closing the sandbox stops what runs, and nothing starts afterwards', async () => {
  await using f = await openTestSandbox();
  const processes = [1, 2, 3].map(() => f.sandbox.start({ workspace: f.workspace, command: ['sleep', '60'] }));

  await f.sandbox.close();

  for (const process of processes) expect((await process.ended).exitCode).toBeNull();
  expect(() => f.sandbox.start({ workspace: f.workspace, command: ['true'] })).toThrow('closed');
});

test('a workspace that the server wrote is given to the user of the sandbox, its links are not followed', async () => {
  await using f = await openTestSandbox();
  const outside = path.join(f.folder, 'outside');
  writeFileSync(outside, 'mine');
  mkdirSync(path.join(f.workspace, 'deep/er'), { recursive: true });
  writeFileSync(path.join(f.workspace, 'deep/er/file'), 'old', { mode: 0o600 });
  symlinkSync(outside, path.join(f.workspace, 'deep/link'));

  await f.sandbox.prepareWorkspace(f.workspace);
  const { end } = await f.run(['sh', '-c', 'echo new > deep/er/file && rm deep/link']);

  expect(end.exitCode).toBe(0);
  expect(lstatSync(outside).uid).toBe(process.getuid?.());
});

test('a toolchain is seen at its place and cannot be written', async () => {
  await using other = await openTestSandbox();
  const tools = path.join(other.folder, 'tools');
  mkdirSync(path.join(tools, 'bin'), { recursive: true });
  writeFileSync(path.join(tools, 'bin/greet'), '#!/bin/sh\necho hello', { mode: 0o755 });
  await using f = await openTestSandbox({ toolchain: [tools] });

  const { stdout, end } = await f.run(['sh', '-c', `greet; echo x 2>/dev/null > ${tools}/bin/greet`]);

  expect(stdout).toBe('hello\n');
  expect(end.exitCode).not.toBe(0);
});

function processLines(): string[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) ? [readFileSync(`/proc/${name}/cmdline`, 'latin1')] : [];
    } catch {
      return [];
    }
  });
}
