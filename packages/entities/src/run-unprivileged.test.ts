import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { must, unprivileged } from './run-unprivileged.ts';

async function folder(mode: number) {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'atelier-run-'));
  await chmod(directory, mode);
  return { directory, [Symbol.asyncDispose]: async () => await rm(directory, { recursive: true, force: true }) };
}

const isRoot = process.getuid?.() === 0;
const uid = '/usr/bin/id';

/** In a container we may be a number that is in no list of users. */
function isNameless(): boolean {
  try {
    return os.userInfo().username === '';
  } catch {
    return true;
  }
}

test('a program never sees that we are root, or nobody known', async () => {
  await using f = await folder(0o700);
  const run = await unprivileged([f.directory], { PATH: process.env.PATH });

  const { code, output } = await run(uid, ['-u']);

  expect(code).toBe(0);
  expect(output.trim()).toBe(isRoot || isNameless() ? '65534' : `${process.getuid?.()}`);
});

test('where root has no user namespaces, nobody is given every folder and runs the program', async () => {
  await using a = await folder(0o700);
  await using b = await folder(0o700);
  const run = await unprivileged([a.directory, b.directory], { PATH: '' });

  for (const { directory } of [a, b]) {
    const file = path.join(directory, 'made');
    await must(run('/bin/sh', ['-c', `: > ${file}`]), 'sh');
    expect((await stat(file)).uid).toBe(isRoot ? 65_534 : process.getuid?.());
  }
});

test('where they can be had, what it writes is ours', async () => {
  await using f = await folder(0o700);
  const file = path.join(f.directory, 'made');
  await using bin = await folder(0o755);
  // An unshare that works everywhere: it drops its options.
  await writeFile(path.join(bin.directory, 'unshare'), '#!/bin/sh\nshift 3\nPATH=/usr/bin:/bin exec "$@"\n', {
    mode: 0o755,
  });
  const run = await unprivileged([f.directory], { PATH: bin.directory });

  await must(run('/bin/sh', ['-c', `: > ${file}`]), 'sh');

  expect((await stat(file)).uid).toBe(process.getuid?.());
  expect((await stat(f.directory)).uid).toBe(process.getuid?.());
});

test('a failure says what failed and how', async () => {
  await using f = await folder(0o700);
  const run = await unprivileged([f.directory], { PATH: process.env.PATH });

  await expect(must(run('/bin/sh', ['-c', 'echo out; echo err >&2; exit 3']), 'the script')).rejects.toThrow(
    /the script failed: (out\nerr|err\nout)/,
  );
  expect(await run('/bin/sh', ['-c', 'exit 3'])).toMatchObject({ code: 3 });
  expect((await run('/no/such/program', [])).code).toBe(127);
});
