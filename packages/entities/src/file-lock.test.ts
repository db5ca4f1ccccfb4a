import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFile } from './file-lock.ts';

let directory = '';
let file = '';
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'atelier-lock-'));
  file = path.join(directory, 'lock');
});
afterEach(async () => await rm(directory, { recursive: true, force: true }));

const deadPid = () => spawnSync('true').pid;
const pause = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

/** The largest number that held the lock at a time. */
async function crowd(takers: number): Promise<number> {
  let [inside, most] = [0, 0];
  const take = async () => {
    await using _lock = await lockFile(file);
    inside += 1;
    most = Math.max(most, inside);
    await pause(2);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: takers }, take));
  return most;
}

test('one holds it at a time, and it is gone afterwards', async () => {
  expect(await crowd(10)).toBe(1);
  await expect(readFile(file)).rejects.toThrow('ENOENT');
});

test('the lock of a dead process is taken over by one of those who wait', async () => {
  for (let round = 0; round < 5; round += 1) {
    await writeFile(file, `${deadPid()} dead`);
    expect(await crowd(10)).toBe(1);
  }
});

test('while one takes a lock over the others leave it alone: theirs would be the new one', async () => {
  await writeFile(file, `${deadPid()} dead`);
  await writeFile(`${file}.takeover`, '');
  const taking = lockFile(file);

  expect(await Promise.race([taking.then(() => 'taken'), pause(300).then(() => 'waits')])).toBe('waits');
  expect(await readFile(file, 'utf8')).toMatch(/dead$/);

  await rm(`${file}.takeover`);
  await (await taking)[Symbol.asyncDispose]();
});

test('a takeover that was cut short holds nobody up for long', async () => {
  await writeFile(file, `${deadPid()} dead`);
  await writeFile(`${file}.takeover`, '');
  const before = new Date(Date.now() - 11_000);
  await utimes(`${file}.takeover`, before, before);

  expect(await crowd(3)).toBe(1);
});

test('a living process keeps its lock', async () => {
  await writeFile(file, `${process.ppid} alive`);
  const taking = lockFile(file);

  expect(await Promise.race([taking.then(() => 'taken'), pause(300).then(() => 'waits')])).toBe('waits');

  await rm(file);
  await (await taking)[Symbol.asyncDispose]();
});

test('a lock that is older than anything done under it is nobody’s, whoever has its process id now', async () => {
  await writeFile(file, `${process.ppid} alive`);
  const before = new Date(Date.now() - 91_000);
  await utimes(file, before, before);

  expect(await crowd(3)).toBe(1);
});

test('who lost the lock does not give away that of the next', async () => {
  const lock = await lockFile(file);
  await writeFile(file, '1 somebody else');

  await lock[Symbol.asyncDispose]();

  expect(await readFile(file, 'utf8')).toBe('1 somebody else');
});
