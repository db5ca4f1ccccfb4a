import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Workspace, type WorkspaceEntry, WorkspaceError } from '../src/ports.ts';

/** A workspace in a directory of its own, removed with everything in it at the end of the test. */
export class TemporaryWorkspace implements Workspace, AsyncDisposable {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async with(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<TemporaryWorkspace> {
    const workspace = new TemporaryWorkspace(await mkdtemp(path.join(tmpdir(), 'atelier-agent-')));
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(workspace.root, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    return workspace;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  async list(directory: string): Promise<readonly WorkspaceEntry[]> {
    const found = await readdir(this.#inside(directory), { withFileTypes: true }).catch(() => {
      throw new WorkspaceError(`There is no file or directory ${directory}.`);
    });
    const names = found.map(({ name }) => name).toSorted();
    return await Promise.all(names.map(async (name) => await this.#entry(path.posix.join(directory, name))));
  }

  async *walk(directory = ''): AsyncGenerator<WorkspaceEntry, void> {
    for (const entry of await this.list(directory)) {
      if (entry.kind === 'directory') yield* this.walk(entry.path);
      else yield entry;
    }
  }

  async readText(name: string): Promise<string> {
    const bytes = await readFile(this.#inside(name)).catch(() => {
      throw new WorkspaceError(`There is no file or directory ${name}.`);
    });
    if (bytes.includes(0)) throw new WorkspaceError(`${name} is not a text file.`);
    return bytes.toString('utf8');
  }

  async writeText(name: string, content: string): Promise<'created' | 'modified'> {
    const file = this.#inside(name);
    const isThere = await stat(file).then(
      () => true,
      () => false,
    );
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    return isThere ? 'modified' : 'created';
  }

  async remove(name: string): Promise<void> {
    await rm(this.#inside(name)).catch(() => {
      throw new WorkspaceError(`There is no file or directory ${name}.`);
    });
  }

  async #entry(name: string): Promise<WorkspaceEntry> {
    const stats = await stat(this.#inside(name));
    const kind = stats.isDirectory() ? 'directory' : 'file';
    return { path: name, name: path.posix.basename(name), kind, size: kind === 'file' ? stats.size : 0 };
  }

  #inside(name: string): string {
    const whole = path.resolve(this.root, name);
    if (whole !== this.root && !whole.startsWith(this.root + path.sep)) {
      throw new WorkspaceError(`${name} is not a path inside the workspace.`);
    }
    return whole;
  }
}
