import { execFileSync } from 'node:child_process';
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SnapshotStore } from './snapshot-store.ts';
import { changesBetween } from './snapshot-tree.ts';

let base: string;
let store: SnapshotStore;
const at = (...names: readonly string[]) => path.join(base, 'workspaces', 's', ...names);

beforeEach(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), 'atelier-snapshots-'));
  await mkdir(at(), { recursive: true });
  store = new SnapshotStore({ dataDirectory: base, workspaces: path.join(base, 'workspaces'), owner: null });
});
afterEach(async () => await rm(base, { recursive: true, force: true }));

async function write(name: string, text: string): Promise<void> {
  await mkdir(path.dirname(at(name)), { recursive: true });
  await writeFile(at(name), text);
}

/** What lies in the workspace: contents, links and modes. */
async function everything(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(at(), { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(at(), file);
    if (entry.isSymbolicLink()) found[name] = `-> ${await readlink(file)}`;
    else if (entry.isDirectory()) found[name] = 'directory';
    else found[name] = `${(await lstat(file)).mode & 0o100 ? 'x' : '-'} ${await readFile(file, 'utf8')}`;
  }
  return found;
}

describe('a workspace', () => {
  test('is as it was after it is put back: contents, links, modes, empty directories', async () => {
    await write('notes.md', 'one');
    await write('src/a.ts', 'a');
    await write('src/deep/b.ts', 'b');
    await write('run.sh', 'echo');
    await chmod(at('run.sh'), 0o755);
    await mkdir(at('empty'));
    await symlink('src/a.ts', at('link'));
    await symlink('/etc/passwd', at('outside'));
    const before = await everything();
    const { tree } = await store.take('s');

    await write('notes.md', 'two');
    await chmod(at('run.sh'), 0o644);
    await rm(at('src'), { recursive: true });
    await write('src', 'a file in its place');
    await rm(at('link'));
    await mkdir(at('link'));
    await write('link/c.ts', 'c');
    await rm(at('empty'), { recursive: true });
    await write('new/d.ts', 'd');
    await store.restore('s', tree);

    expect(await everything()).toEqual(before);
  });

  test('that did not change has the same name, and a change has its own', async () => {
    await write('a', '1');
    const first = await store.take('s');
    await utimes(at('a'), new Date(0), new Date(0));
    expect((await store.take('s')).name).toBe(first.name);
    await write('a', '2');
    const second = await store.take('s');

    expect(second.name).not.toBe(first.name);
    expect(changesBetween(first.tree, second.tree)).toMatchObject([{ path: 'a', kind: 'modified' }]);
    expect(await store.read('s', first.name)).toEqual(first.tree);
  });

  test('is seen to have changed also when the time of the change was set back', async () => {
    await write('a', 'one');
    const first = await store.take('s');
    const { mtime, atime } = await lstat(at('a'));
    await write('a', 'two');
    await utimes(at('a'), atime, mtime);

    expect((await store.take('s')).name).not.toBe(first.name);
  });

  test('stores a content once, however many files have it and however often it is taken', async () => {
    for (const name of ['a', 'b', 'c']) await write(name, 'the same');
    await store.take('s');
    await write('d', 'the same');
    await store.take('s');

    const blobs = await readdir(path.join(base, 'checkpoints', 's', 'blobs'), { recursive: true, withFileTypes: true });
    expect(blobs.filter((entry) => entry.isFile())).toHaveLength(1);
    expect(await readdir(path.join(base, 'checkpoints', 's'))).toEqual(['blobs', 'index', 'trees']);
  });

  test('with sockets, pipes and hard links is taken without waiting for anybody', async () => {
    await write('a', 'one');
    await link(at('a'), at('b'));
    execFileSync('mkfifo', [at('pipe')]);

    expect((await store.take('s')).tree.map(({ path: name }) => name)).toEqual(['a', 'b']);
  });

  test('whose index was cut off is read once more', async () => {
    await write('a', 'one');
    const first = await store.take('s');
    await writeFile(path.join(base, 'checkpoints', 's', 'index'), 'half');

    expect((await store.take('s')).name).toBe(first.name);
  });
});

describe('links', () => {
  test('are never followed: what they lead to is neither stored nor changed', async () => {
    await mkdir(path.join(base, 'secret'));
    await writeFile(path.join(base, 'secret', 'key'), 'canary');
    await write('dir/file', 'mine');
    const { tree } = await store.take('s');
    await rm(at('dir'), { recursive: true });
    await symlink(path.join(base, 'secret'), at('dir'));

    expect((await store.take('s')).tree).toMatchObject([{ path: 'dir', kind: 'link' }]);
    await store.restore('s', tree);
    expect(await everything()).toMatchObject({ 'dir/file': '- mine' });
    expect(await readdir(path.join(base, 'secret'))).toEqual(['key']);
  });
});

test('what changed is told by path and kind', async () => {
  await write('kept', '1');
  await write('changed', '1');
  await write('gone', '1');
  const before = await store.take('s');
  await write('changed', '2');
  await rm(at('gone'));
  await write('made/new', '1');
  const after = await store.take('s');

  expect(changesBetween(before.tree, after.tree).map(({ path: name, kind }) => [name, kind])).toEqual([
    ['changed', 'modified'],
    ['gone', 'deleted'],
    ['made/new', 'created'],
  ]);
});

test("a fork's files are its own", async () => {
  await write('a', 'one');
  const { name, tree } = await store.take('s');
  await mkdir(path.join(base, 'workspaces', 'fork'));
  await store.restoreFrom('s', 'fork', await store.read('s', name));
  await store.remove('s');

  expect(await readFile(path.join(base, 'workspaces', 'fork', 'a'), 'utf8')).toBe('one');
  expect(tree).toHaveLength(1);
});
