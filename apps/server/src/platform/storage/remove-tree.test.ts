import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeTree } from './remove-tree.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(path.join(os.tmpdir(), 'atelier-remove-tree-'));
});
afterEach(async () => await rm(base, { recursive: true, force: true }));

test('a directory goes, with all that is in it, and one that is not there is gone already', async () => {
  await mkdir(path.join(base, 'tree', 'deep'), { recursive: true });
  await writeFile(path.join(base, 'tree', 'deep', 'file'), 'text');

  await removeTree(path.join(base, 'tree'), path.join(base, 'aside'));
  await removeTree(path.join(base, 'tree'), path.join(base, 'aside'));

  expect(await readdir(base)).toEqual(['aside']);
  expect(await readdir(path.join(base, 'aside'))).toEqual([]);
});

test('somebody who writes into it all the while is refused, and the removal is not', async () => {
  const tree = path.join(base, 'tree');
  await mkdir(tree);
  let written = 0;
  let refusal: unknown = null;
  const writing = (async () => {
    while (refusal === null) {
      await writeFile(path.join(tree, `file-${written++}`), 'text').catch((error: unknown) => {
        refusal = error;
      });
    }
  })();
  await expect.poll(() => written).toBeGreaterThan(200);

  await removeTree(tree, path.join(base, 'aside'));
  await writing;

  expect(refusal).toMatchObject({ code: 'ENOENT' });
  expect(await readdir(path.join(base, 'aside'))).toEqual([]);
});
