import { execFileSync } from 'node:child_process';
import { link, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Beneath, isMissing, NotBeneathError } from './beneath.ts';

let base: string;
let beneath: Beneath;

beforeEach(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), 'atelier-beneath-'));
  await mkdir(inside('docs/deep'), { recursive: true });
  await mkdir(outside());
  await writeFile(inside('a.txt'), 'inside');
  await writeFile(inside('docs/b.txt'), 'inside too');
  await writeFile(outside('secret.txt'), 'outside');
  beneath = new Beneath(inside());
});
afterEach(() => rm(base, { recursive: true, force: true }));

const inside = (...names: string[]) => path.join(base, 'inside', ...names);
const outside = (...names: string[]) => path.join(base, 'outside', ...names);

async function textAt(...names: string[]): Promise<string> {
  await using file = await beneath.openFile(names);
  return await file.readFile('utf8');
}

/** A finished file, ready to be moved in. */
async function finished(text: string): Promise<string> {
  const file = path.join(base, 'finished');
  await writeFile(file, text);
  return file;
}

describe('beneath its root', () => {
  test('files are opened, listed and told of', async () => {
    expect(await textAt('a.txt')).toBe('inside');
    expect(await textAt('docs', 'b.txt')).toBe('inside too');
    expect((await beneath.list([])).map(({ entry }) => entry.name).toSorted()).toEqual(['a.txt', 'docs']);
    expect((await beneath.list(['docs'])).map(({ stats }) => stats.isDirectory()).toSorted()).toEqual([false, true]);
    expect((await beneath.stat(['a.txt']))?.size).toBe(6);
    expect((await beneath.stat([]))?.isDirectory()).toBe(true);
    expect(await beneath.stat(['nothing', 'at', 'all'])).toBeNull();
  });

  test('a file is moved in whole, and its directories are made', async () => {
    await beneath.moveIn(await finished('new'), ['new', 'deep', 'c.txt']);
    await beneath.moveIn(await finished('newer'), ['a.txt']);

    expect(await readFile(inside('new/deep/c.txt'), 'utf8')).toBe('new');
    expect(await readFile(inside('a.txt'), 'utf8')).toBe('newer');
    expect(await readdir(base)).toEqual(['inside', 'outside']);
  });

  test('a directory is removed with what is in it, its links with it, and what they lead to stays', async () => {
    await symlink(outside(), inside('docs/deep/link'));
    await beneath.remove(['docs']);

    expect(await readdir(inside())).toEqual(['a.txt']);
    expect(await readdir(outside())).toEqual(['secret.txt']);
  });

  test('what is not there is missing, and nothing else', async () => {
    for (const work of [
      () => textAt('no.txt'),
      () => textAt('no', 'no.txt'),
      () => beneath.remove(['no.txt']),
      () => beneath.list(['no']),
    ]) {
      await expect(work()).rejects.toSatisfy(isMissing);
    }
    for (const work of [() => textAt(), () => beneath.remove([]), () => beneath.moveIn('x', [])]) {
      await expect(work()).rejects.toThrow(NotBeneathError);
    }
  });
});

test('a new file takes the place of nothing, not even of one that comes at the same moment', async () => {
  const sources = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const source = path.join(base, `finished-${index}`);
      await writeFile(source, `content ${index}`);
      return source;
    }),
  );
  const moved = await Promise.allSettled(sources.map((source) => beneath.moveIn(source, ['new.txt'], { isNew: true })));

  expect(moved.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const winner = moved.findIndex(({ status }) => status === 'fulfilled');
  expect(await textAt('new.txt')).toBe(`content ${winner}`);
  expect((await readdir(base)).length).toBe(2 + 19);
  await symlink(outside('secret.txt'), inside('link.txt'));
  await expect(beneath.moveIn(await finished('x'), ['link.txt'], { isNew: true })).rejects.toThrow('EEXIST');
});

describe('what leads out', () => {
  test.each<[string, (target: string) => Promise<void> | void]>([
    ['a link to a file', (target) => symlink(outside('secret.txt'), target)],
    ['a relative link', (target) => symlink('../outside/secret.txt', target)],
    ['a link to a file within', (target) => symlink('a.txt', target)],
    ['a hard link', (target) => link(outside('secret.txt'), target)],
    ['a link to nothing', (target) => symlink(outside('nothing.txt'), target)],
    ['a link to a device', (target) => symlink('/dev/zero', target)],
    ['a pipe', (target) => void execFileSync('mkfifo', [target])],
    ['a directory', (target) => mkdir(target).then(() => undefined)],
  ])('%s is not opened as a file', async (_name, make) => {
    await make(inside('odd'));

    await expect(textAt('odd')).rejects.toThrow(NotBeneathError);
  });

  test('a link in place of a directory is not gone through', async () => {
    await symlink(outside(), inside('way'));
    await symlink('/', inside('docs/root'));

    await expect(textAt('way', 'secret.txt')).rejects.toThrow(NotBeneathError);
    await expect(textAt('docs', 'root', 'etc', 'passwd')).rejects.toThrow(NotBeneathError);
    await expect(beneath.list(['way'])).rejects.toThrow(NotBeneathError);
    await expect(beneath.stat(['way', 'secret.txt'])).rejects.toThrow(NotBeneathError);
    await expect(beneath.moveIn(await finished('x'), ['way', 'planted.txt'])).rejects.toThrow(NotBeneathError);
    await expect(beneath.remove(['way', 'secret.txt'])).rejects.toThrow(NotBeneathError);
    expect(await readdir(outside())).toEqual(['secret.txt']);
  });

  test('a link in place of a file is not written over', async () => {
    await symlink(outside('secret.txt'), inside('link.txt'));

    await expect(beneath.moveIn(await finished('x'), ['link.txt'])).rejects.toThrow(NotBeneathError);
    expect(await readFile(outside('secret.txt'), 'utf8')).toBe('outside');
    expect((await lstat(inside('link.txt'))).isSymbolicLink()).toBe(true);
  });

  test('a file in place of a directory is no way', async () => {
    await expect(textAt('a.txt', 'b')).rejects.toThrow(NotBeneathError);
    await expect(beneath.moveIn(await finished('x'), ['a.txt', 'b'])).rejects.toThrow(NotBeneathError);
  });

  test('links and devices are not listed', async () => {
    await symlink(outside(), inside('way'));
    await symlink(outside('secret.txt'), inside('link.txt'));
    execFileSync('mkfifo', [inside('pipe')]);

    expect((await beneath.list([])).map(({ entry }) => entry.name).toSorted()).toEqual(['a.txt', 'docs']);
  });

  test('a root that is a link is no root', async () => {
    await symlink(outside(), path.join(base, 'linked'));
    await expect(new Beneath(path.join(base, 'linked')).list([])).rejects.toThrow(NotBeneathError);
  });
});

test('a directory that is swapped for a link again and again never shows what is outside', async () => {
  await writeFile(outside('b.txt'), 'outside');
  await mkdir(inside('race'));
  await writeFile(inside('race/b.txt'), 'inside');
  await symlink(outside(), inside('bait'));
  let isOver = false;
  const swapping = (async () => {
    while (!isOver) {
      await rename(inside('race'), inside('aside'));
      await rename(inside('bait'), inside('race'));
      await rename(inside('race'), inside('bait'));
      await rename(inside('aside'), inside('race'));
    }
  })();
  const seen = new Set<string>();
  for (let count = 0; count < 4000; count += 1) seen.add(await textAt('race', 'b.txt').catch(() => 'refused'));
  isOver = true;
  await swapping;

  expect([...seen].toSorted()).toEqual(['inside', 'refused']);
});
