import { type Workspace, type WorkspaceEntry, WorkspaceError } from '@atelier/agent/ports';
import type { FileChange } from '@atelier/contracts/files';
import { AppError } from '@atelier/kernel/app-error';
import type { Beneath } from '../../platform/storage/beneath.ts';
import { parsePath } from '../../platform/storage/path-names.ts';
import { decodeText, readAtMost } from './text-content.ts';
import { compareNames, toFileError, usedBytes, type WorkspaceFiles, walk } from './workspace-files.ts';

const maxReadBytes = 1024 * 1024;

/** The workspace as the agent's tools see it: the same files, with refusals in words. */
export class SessionWorkspace implements Workspace {
  readonly #files: WorkspaceFiles;
  readonly #sessionId: string;
  readonly #limits: { readonly fileBytes: number; readonly workspaceBytes: number };
  readonly #onChanged: (changes: readonly FileChange[]) => Promise<void>;

  constructor(opts: {
    readonly files: WorkspaceFiles;
    readonly sessionId: string;
    readonly limits: { readonly fileBytes: number; readonly workspaceBytes: number };
    readonly onChanged: (changes: readonly FileChange[]) => Promise<void>;
  }) {
    this.#files = opts.files;
    this.#sessionId = opts.sessionId;
    this.#limits = opts.limits;
    this.#onChanged = opts.onChanged;
  }

  async list(path: string): Promise<readonly WorkspaceEntry[]> {
    return await this.#explained(path, async (beneath, names) => {
      const found = await beneath.list(names);
      return found
        .map(
          ({ entry, stats }): WorkspaceEntry => ({
            path: [...names, entry.name].join('/'),
            name: entry.name,
            kind: stats.isDirectory() ? 'directory' : 'file',
            size: stats.isDirectory() ? 0 : stats.size,
          }),
        )
        .toSorted((a, b) => compareNames(a.name, b.name));
    });
  }

  async *walk(): AsyncGenerator<WorkspaceEntry, void> {
    const beneath = await this.#files.of(this.#sessionId);
    for await (const { names, isDirectory, size } of walk(beneath)) {
      if (!isDirectory) yield { path: names.join('/'), name: names.at(-1) ?? '', kind: 'file', size };
    }
  }

  async readText(path: string): Promise<string> {
    return await this.#explained(path, async (beneath, names) => {
      await using file = await beneath.openFile(names);
      const { size } = await file.stat();
      if (size > maxReadBytes)
        throw new WorkspaceError(`${path} is too large to read: ${size} bytes, the limit is ${maxReadBytes}.`);
      const text = decodeText(await readAtMost(file, maxReadBytes), { isCut: false });
      if (text === null) throw new WorkspaceError(`${path} is not a text file.`);
      return text;
    });
  }

  async writeText(path: string, text: string): Promise<'created' | 'modified'> {
    const kind = await this.#explained(path, async (beneath, names) => {
      const bytes = Buffer.from(text, 'utf8');
      if (bytes.length > this.#limits.fileBytes)
        throw new WorkspaceError(`${path} would be larger than a file may be.`);
      const before = await beneath.stat(names);
      if (before?.isDirectory()) throw new WorkspaceError(`${path} is a directory.`);
      const used = await usedBytes(beneath);
      if (used - (before?.size ?? 0) + bytes.length > this.#limits.workspaceBytes) {
        throw new WorkspaceError('The workspace is full. Remove files first.');
      }
      const unfinished = await this.#files.createUnfinished();
      try {
        await unfinished.file.writeFile(bytes);
        await unfinished.file.close();
        await beneath.moveIn(unfinished.path, names);
      } finally {
        await unfinished.file.close().catch(() => undefined);
        await this.#files.discard(unfinished.path);
      }
      return before ? 'modified' : 'created';
    });
    await this.#onChanged([{ path: parsePath(path).join('/'), kind }]);
    return kind;
  }

  async remove(path: string): Promise<void> {
    await this.#explained(path, async (beneath, names) => {
      if ((await beneath.stat(names))?.isDirectory()) throw new WorkspaceError(`${path} is a directory.`);
      await beneath.remove(names);
    });
    await this.#onChanged([{ path: parsePath(path).join('/'), kind: 'deleted' }]);
  }

  async #explained<T>(path: string, work: (beneath: Beneath, names: readonly string[]) => Promise<T>): Promise<T> {
    try {
      const names = parsePath(path);
      return await work(await this.#files.of(this.#sessionId), names);
    } catch (error) {
      const known = toFileError(error);
      if (!(known instanceof AppError)) throw known;
      if (known.code === 'file.not_found') throw new WorkspaceError(`There is no file or directory ${path || '.'}.`);
      if (known.code === 'file.name_invalid') throw new WorkspaceError(`${path} is not a path inside the workspace.`);
      throw new WorkspaceError(known.message);
    }
  }
}
