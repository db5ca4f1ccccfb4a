import { constants, type Dirent, type Stats } from 'node:fs';
import {
  type FileHandle,
  lchown,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  rmdir,
  symlink,
} from 'node:fs/promises';
import path from 'node:path';

/** The path has a link, a device, or something that is not a directory where one is needed. */
export class NotBeneathError extends Error {
  override readonly name = 'NotBeneathError';
}

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Linux names an open directory `/proc/self/fd/N`: names beneath it cannot be swapped for a link between check and use. */
const hasDescriptorPaths = process.platform === 'linux';

/**
 * File access beneath one directory. Each component is opened by its own, without following links, from the directory
 * opened before: what openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS) does, which Node does not offer. A link that the
 * agent made, or that is swapped in during the walk, is refused, never followed.
 */
export class Beneath {
  readonly root: string;
  readonly #owner: Owner | null;

  /** @param owner who is given the directories that are made; null: they stay ours. */
  constructor(root: string, owner: Owner | null = null) {
    this.root = root;
    this.#owner = owner;
  }

  /** Opens a regular file. @throws NotBeneathError for links, devices and hard links; ENOENT when it is not there. */
  async openFile(names: readonly string[], flags: number = O_RDONLY, mode = 0o600): Promise<FileHandle> {
    const name = names.at(-1);
    if (name === undefined) throw new NotBeneathError();
    return await this.#inDirectory(names.slice(0, -1), { create: false }, async (directory) => {
      const file = await openNoFollow(path.join(directory, name), flags | O_NONBLOCK, mode);
      const stats = await file.stat();
      if (stats.isFile() && stats.nlink === 1) return file;
      await file.close();
      throw new NotBeneathError();
    });
  }

  /** The entries of a directory with their sizes. Links and devices are left out. */
  async list(names: readonly string[]): Promise<readonly { readonly entry: Dirent; readonly stats: Stats }[]> {
    return await this.#inDirectory(names, { create: false }, async (directory) => {
      const entries = await readdir(directory, { withFileTypes: true });
      const plain = entries.filter((entry) => entry.isFile() || entry.isDirectory());
      const found = await Promise.all(
        plain.map(async (entry) => {
          const stats = await lstat(path.join(directory, entry.name)).catch(() => null);
          return stats && (stats.isFile() || stats.isDirectory()) ? { entry, stats } : null;
        }),
      );
      return found.filter((item) => item !== null);
    });
  }

  /** What is at this path, or null. */
  async stat(names: readonly string[]): Promise<Stats | null> {
    const name = names.at(-1);
    if (name === undefined) return await lstat(this.root);
    try {
      return await this.#inDirectory(names.slice(0, -1), { create: false }, (directory) =>
        lstat(path.join(directory, name)),
      );
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /**
   * Puts a finished file into place in one step: readers see the old content or the new, never half. With `isNew` it
   * takes nothing's place: EEXIST when something is there, also when it came in this moment.
   */
  async moveIn(source: string, names: readonly string[], opts: { readonly isNew?: boolean } = {}): Promise<void> {
    const name = names.at(-1);
    if (name === undefined) throw new NotBeneathError();
    await this.#inDirectory(names.slice(0, -1), { create: true }, async (directory) => {
      const target = path.join(directory, name);
      if (opts.isNew) {
        await link(source, target);
        return await rm(source);
      }
      const there = await lstat(target).catch(() => null);
      if (there && !there.isFile()) throw new NotBeneathError();
      await rename(source, target);
    });
  }

  /** Removes a file, or a directory with all that is in it; links inside are removed, not followed. */
  async remove(names: readonly string[]): Promise<void> {
    const name = names.at(-1);
    if (name === undefined) throw new NotBeneathError();
    await this.#inDirectory(names.slice(0, -1), { create: false }, async (directory) => {
      const target = path.join(directory, name);
      await lstat(target);
      await rm(target, { recursive: true });
    });
  }

  /** Removes whatever is at this path itself, a link too. What is not there is no failure. */
  async removeAny(names: readonly string[]): Promise<void> {
    try {
      await this.inParent(names, (directory, name) => rm(path.join(directory, name), { recursive: true, force: true }));
    } catch (error) {
      if (!isMissing(error) && !(error instanceof NotBeneathError)) throw error;
    }
  }

  /** Makes a directory, and those it lies in. */
  async makeDirectory(names: readonly string[]): Promise<void> {
    await this.#inDirectory(names, { create: true }, async () => undefined);
  }

  /** Makes a link with this text, which may name anything: nobody here follows it. */
  async makeLink(names: readonly string[], text: string): Promise<void> {
    const name = names.at(-1);
    if (name === undefined) throw new NotBeneathError();
    await this.#inDirectory(names.slice(0, -1), { create: true }, async (directory) => {
      const target = path.join(directory, name);
      await rm(target, { recursive: true, force: true });
      await symlink(text, target);
      if (this.#owner) await lchown(target, this.#owner.uid, this.#owner.gid);
    });
  }

  /** Removes directories with nothing in them, but for those that are kept, by their paths. */
  async removeEmptyDirectories(kept: ReadonlySet<string>, names: readonly string[] = []): Promise<void> {
    await this.#inDirectory(names, { create: false }, async (directory) => {
      for (const entry of await readdir(directory, { withFileTypes: true })) {
        if (!entry.isDirectory()) continue;
        const below = [...names, entry.name];
        await this.removeEmptyDirectories(kept, below);
        if (!kept.has(below.join('/'))) await rmdir(path.join(directory, entry.name)).catch(ignoreFull);
      }
    });
  }

  /** Calls `work` with the open directory that this path lies in, and the last name. */
  async inParent<T>(names: readonly string[], work: (directory: string, name: string) => Promise<T>): Promise<T> {
    const name = names.at(-1);
    if (name === undefined) throw new NotBeneathError();
    return await this.#inDirectory(names.slice(0, -1), { create: false }, (directory) => work(directory, name));
  }

  async #make(directory: string): Promise<void> {
    try {
      await mkdir(directory, { mode: 0o700 });
      if (this.#owner) await lchown(directory, this.#owner.uid, this.#owner.gid);
    } catch (error) {
      ignoreExisting(error);
    }
  }

  async #inDirectory<T>(
    names: readonly string[],
    opts: { readonly create: boolean },
    work: (directory: string) => Promise<T>,
  ): Promise<T> {
    let current = await openNoFollow(this.root, O_RDONLY | O_DIRECTORY);
    let plainPath = this.root;
    try {
      for (const name of names) {
        const parent = hasDescriptorPaths ? `/proc/self/fd/${current.fd}` : plainPath;
        plainPath = path.join(plainPath, name);
        const child = path.join(parent, name);
        if (opts.create) await this.#make(child);
        const next = await openNoFollow(child, O_RDONLY | O_DIRECTORY);
        await current.close();
        current = next;
      }
      return await work(hasDescriptorPaths ? `/proc/self/fd/${current.fd}` : plainPath);
    } finally {
      await current.close();
    }
  }
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

async function openNoFollow(target: string, flags: number, mode?: number): Promise<FileHandle> {
  try {
    return await open(target, flags | O_NOFOLLOW, mode);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    // A link gives ELOOP; a link or file where a directory is needed gives ENOTDIR; a socket or pipe gives ENXIO.
    if (code === 'ELOOP' || code === 'ENOTDIR' || code === 'ENXIO') throw new NotBeneathError();
    throw error;
  }
}

function ignoreFull(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error;
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
