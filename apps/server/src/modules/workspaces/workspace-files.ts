import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { lchown, mkdir, open, readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '@atelier/kernel/app-error';
import { Beneath, isMissing, NotBeneathError, type Owner } from '../../platform/storage/beneath.ts';
import { removeTree } from '../../platform/storage/remove-tree.ts';

export interface FoundEntry {
  readonly names: readonly string[];
  readonly isDirectory: boolean;
  readonly size: number;
  readonly modifiedAt: Date;
}

/** Files on this machine's disk: one directory a session, and one beside them for what is not finished yet. */
export class WorkspaceFiles {
  /** All workspaces lie in it. */
  readonly root: string;
  readonly #unfinished: string;
  readonly #owner: Owner | null;

  /** @param owner who is given what is made: the sandbox's user, where that is another one. */
  constructor(dataDirectory: string, owner: Owner | null) {
    this.root = path.join(dataDirectory, 'workspaces');
    this.#owner = owner;
    this.#unfinished = path.join(dataDirectory, 'unfinished');
  }

  /** Removes what a dead process was writing or removing. Anything younger may belong to a living one. */
  async open(olderThanMs: number): Promise<void> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    await mkdir(this.#unfinished, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#unfinished)) {
      const file = path.join(this.#unfinished, name);
      const stats = await stat(file).catch(() => null);
      if (stats && Date.now() - stats.mtimeMs > olderThanMs) await rm(file, { recursive: true, force: true });
    }
  }

  async of(sessionId: string): Promise<Beneath> {
    const root = this.pathOf(sessionId);
    const isNew = (await mkdir(root, { recursive: true, mode: 0o700 })) !== undefined;
    if (isNew && this.#owner) await lchown(root, this.#owner.uid, this.#owner.gid);
    return new Beneath(root, this.#owner);
  }

  pathOf(sessionId: string): string {
    return path.join(this.root, sessionId);
  }

  async remove(sessionId: string): Promise<void> {
    await removeTree(this.pathOf(sessionId), this.#unfinished);
  }

  /** A new file outside every workspace, to be moved in when it is whole. */
  async createUnfinished(): Promise<{ readonly file: FileHandle; readonly path: string }> {
    const target = path.join(this.#unfinished, randomUUID());
    const file = await open(target, 'wx', 0o600);
    if (this.#owner) await file.chown(this.#owner.uid, this.#owner.gid);
    return { file, path: target };
  }

  /** Marks an unfinished file as still being written. */
  async keepAlive(unfinished: string): Promise<void> {
    await utimes(unfinished, new Date(), new Date()).catch(() => undefined);
  }

  async discard(unfinished: string): Promise<void> {
    await rm(unfinished, { force: true });
  }
}

/** Everything beneath, depth first, directories before what is in them, names sorted. Links are left out. */
export async function* walk(beneath: Beneath, names: readonly string[] = []): AsyncGenerator<FoundEntry, void> {
  const entries = await beneath.list(names);
  for (const { entry, stats } of entries.toSorted((a, b) => compareNames(a.entry.name, b.entry.name))) {
    const found = [...names, entry.name];
    yield {
      names: found,
      isDirectory: stats.isDirectory(),
      size: stats.isDirectory() ? 0 : stats.size,
      modifiedAt: stats.mtime,
    };
    if (stats.isDirectory()) yield* walk(beneath, found);
  }
}

export async function usedBytes(beneath: Beneath): Promise<number> {
  let total = 0;
  for await (const entry of walk(beneath)) total += entry.size;
  return total;
}

export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Failures of the disk as what the caller may know: a link, a device and nothing at all look the same. */
export function toFileError(error: unknown): unknown {
  if (error instanceof NotBeneathError || isMissing(error)) return new AppError('file.not_found', { cause: error });
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'EISDIR' || code === 'EEXIST') return new AppError('file.exists', { cause: error });
  if (code === 'ENAMETOOLONG') return new AppError('file.name_invalid', { cause: error });
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('service.unavailable', { details: { part: 'storage' }, retryAfterMs: 30_000, cause: error });
  }
  return error;
}
