import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { Beneath, type Owner } from '../../platform/storage/beneath.ts';
import { removeTree } from '../../platform/storage/remove-tree.ts';
import { scanWorkspace } from './scan-workspace.ts';
import { hashOfTree, isSame, type Tree, type TreeEntry } from './snapshot-tree.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

const storedTree = z.array(
  z.strictObject({
    path: z.string(),
    kind: z.enum(['file', 'link', 'directory']),
    size: z.number(),
    isExecutable: z.boolean(),
    hash: z.string(),
  }),
);
/** What the disk said of each file when it was last read, and the hash of what was in it. */
type Index = Map<string, readonly [stamp: string, hash: string]>;

/**
 * What workspaces held at some moments: every content once in a session, named by its hash. A file is read again only
 * when the disk says that it may have changed.
 */
export class SnapshotStore {
  readonly #root: string;
  readonly #unfinished: string;
  readonly #owner: Owner | null;
  readonly #workspaces: string;

  constructor(opts: { readonly dataDirectory: string; readonly workspaces: string; readonly owner: Owner | null }) {
    this.#root = path.join(opts.dataDirectory, 'checkpoints');
    this.#unfinished = path.join(opts.dataDirectory, 'unfinished');
    this.#workspaces = opts.workspaces;
    this.#owner = opts.owner;
  }

  /** Stores what the workspace holds now. Returns the name of its tree. */
  async take(sessionId: string): Promise<{ readonly name: string; readonly tree: Tree }> {
    const folder = this.#folderOf(sessionId);
    await mkdir(path.join(folder, 'blobs'), { recursive: true, mode: 0o700 });
    await mkdir(path.join(folder, 'trees'), { recursive: true, mode: 0o700 });
    const before = await this.#index(folder);
    const index: Index = new Map();
    const tree: TreeEntry[] = [];
    const workspace = path.join(this.#workspaces, sessionId);
    for (const { path: name, kind, size, isExecutable, stamp, target } of await scanWorkspace(workspace)) {
      if (kind !== 'file') {
        tree.push({ path: name, kind, size, isExecutable, hash: target ?? '' });
        continue;
      }
      const known = before.get(name);
      const hash = known?.[0] === stamp ? known[1] : await this.#keep(folder, workspace, name);
      // Gone since it was seen.
      if (hash === null) continue;
      index.set(name, [stamp, hash]);
      tree.push({ path: name, kind, size, isExecutable, hash });
    }
    const name = hashOfTree(tree);
    await this.#writeOnce(path.join(folder, 'trees', name), gzipSync(JSON.stringify(tree), { level: 1 }));
    await this.#write(path.join(folder, 'index'), Buffer.from(JSON.stringify([...index])));
    return { name, tree };
  }

  async read(sessionId: string, name: string): Promise<Tree> {
    const bytes = await readFile(path.join(this.#folderOf(sessionId), 'trees', name));
    return storedTree.parse(JSON.parse(gunzipSync(bytes).toString('utf8')));
  }

  /** What a file of a tree held. */
  async content(sessionId: string, hash: string): Promise<Buffer> {
    return await readFile(this.#blob(this.#folderOf(sessionId), hash));
  }

  /** Makes the workspace what the tree says: what is not in it goes, what differs is put back. */
  async restore(sessionId: string, wanted: Tree): Promise<void> {
    await this.restoreFrom(sessionId, sessionId, wanted);
  }

  /** Makes the workspace of one session what a tree of another one says. */
  async restoreFrom(source: string, sessionId: string, wanted: Tree): Promise<void> {
    const workspace = path.join(this.#workspaces, sessionId);
    const { tree: now } = await this.take(sessionId);
    const target = new Map(wanted.map((entry) => [entry.path, entry]));
    const beneath = new Beneath(workspace, this.#owner);
    for (const entry of now.toReversed()) {
      const kept = target.get(entry.path);
      if (kept && isSame(kept, entry)) target.delete(entry.path);
      else await beneath.removeAny(entry.path.split('/'));
    }
    for (const entry of target.values()) {
      const names = entry.path.split('/');
      if (entry.kind === 'directory') await beneath.makeDirectory(names);
      else if (entry.kind === 'link') await beneath.makeLink(names, entry.hash);
      else await this.#putBack(source, beneath, entry);
    }
    await beneath.removeEmptyDirectories(new Set(wanted.flatMap(({ path: name }) => parentsOf(name))));
  }

  async remove(sessionId: string): Promise<void> {
    await removeTree(this.#folderOf(sessionId), this.#unfinished);
  }

  async #putBack(sessionId: string, beneath: Beneath, entry: TreeEntry): Promise<void> {
    const folder = this.#folderOf(sessionId);
    const source = path.join(folder, `restoring-${randomUUID()}`);
    const file = await open(source, 'wx', entry.isExecutable ? 0o700 : 0o600);
    try {
      await file.writeFile(await readFile(this.#blob(folder, entry.hash)));
      if (this.#owner) await file.chown(this.#owner.uid, this.#owner.gid);
      await file.close();
      const names = entry.path.split('/');
      if ((await beneath.stat(names))?.isDirectory()) await beneath.removeAny(names);
      await beneath.moveIn(source, names);
    } finally {
      await file.close().catch(() => undefined);
      await rm(source, { force: true });
    }
  }

  /** Reads a file into the store. Null when it is no file any more. */
  async #keep(folder: string, workspace: string, name: string): Promise<string | null> {
    const file = await openBeneath(workspace, name);
    if (!file) return null;
    const unfinished = path.join(folder, `taking-${randomUUID()}`);
    const copy = await open(unfinished, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      for await (const chunk of file.createReadStream({ autoClose: false })) {
        hash.update(chunk);
        await copy.write(chunk);
      }
      const digest = hash.digest('hex');
      await copy.close();
      const blob = this.#blob(folder, digest);
      await makeDirectory(path.dirname(blob));
      await rename(unfinished, blob);
      return digest;
    } finally {
      await file.close();
      await copy.close().catch(() => undefined);
      await rm(unfinished, { force: true });
    }
  }

  async #index(folder: string): Promise<Index> {
    try {
      // Ours alone writes it, and every entry is compared before it is believed: it is not worth a schema.
      return new Map(JSON.parse(await readFile(path.join(folder, 'index'), 'utf8')));
    } catch {
      // None yet, or half of one after a crash: everything is read once more.
      return new Map();
    }
  }

  async #writeOnce(file: string, bytes: Buffer): Promise<void> {
    const isThere = await stat(file).then(
      () => true,
      () => false,
    );
    if (!isThere) await this.#write(file, bytes);
  }

  async #write(file: string, bytes: Buffer): Promise<void> {
    const unfinished = `${file}.${randomUUID()}`;
    await writeFile(unfinished, bytes, { mode: 0o600 });
    await rename(unfinished, file);
  }

  #folderOf(sessionId: string): string {
    return path.join(this.#root, sessionId);
  }

  #blob(folder: string, hash: string): string {
    return path.join(folder, 'blobs', hash.slice(0, 2), hash);
  }
}

/** A regular file, whatever other names it has: one name of it lies in the workspace. */
async function openBeneath(workspace: string, name: string): Promise<FileHandle | null> {
  const names = name.split('/');
  try {
    return await new Beneath(workspace).inParent(names, async (directory, last) => {
      const file = await open(path.join(directory, last), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      if ((await file.stat()).isFile()) return file;
      await file.close();
      return null;
    });
  } catch {
    return null;
  }
}

/** Not its parents: what was removed meanwhile stays so. */
async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function parentsOf(name: string): readonly string[] {
  const names = name.split('/');
  return names.map((_, depth) => names.slice(0, depth + 1).join('/'));
}
