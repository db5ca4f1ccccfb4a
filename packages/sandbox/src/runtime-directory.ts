import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Mount } from './bubblewrap-arguments.ts';

/** Everybody may pass through to what they know the name of, and list nothing. */
const passable = 0o711;
const readable = 0o644;
const secret = 0o600;

/** What a program asks the system about users and names: the agent is the only user there is. */
const systemFiles = {
  passwd: 'agent:x:1000:1000:agent:/workspace:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n',
  group: 'agent:x:1000:\nnogroup:x:65534:\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  hosts: '127.0.0.1 localhost sandbox\n::1 localhost\n',
} as const;

const prefix = 'atelier-sandbox-';

/** A server that was killed left its folder behind. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    // Another user's is theirs to remove.
    await rm(path.join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** A folder of the host for what bubblewrap reads while it sets a sandbox up. */
export class RuntimeDirectory {
  readonly path: string;
  readonly #files: Readonly<Record<string, string | Uint8Array>>;

  /** @param extraFiles More files that stand in it, by name. */
  static async create(parent: string, extraFiles: Readonly<Record<string, string | Uint8Array>>) {
    await removeAbandoned(parent);
    return new RuntimeDirectory(await mkdtemp(path.join(parent, `${prefix}${process.pid}-`)), extraFiles);
  }

  private constructor(directory: string, extraFiles: Readonly<Record<string, string | Uint8Array>>) {
    this.path = directory;
    this.#files = { ...systemFiles, ...extraFiles };
    this.restore();
  }

  /** Writes what is missing: temporary folders are swept on some machines while the server runs. */
  restore(): void {
    mkdirSync(this.path, { recursive: true });
    chmodSync(this.path, passable);
    for (const [name, content] of Object.entries(this.#files)) {
      if (existsSync(this.file(name))) continue;
      writeFileSync(this.file(name), content);
      chmodSync(this.file(name), readable);
    }
  }

  /** The system files, and where they are seen. */
  get systemMounts(): Mount[] {
    return Object.keys(systemFiles).map((name) => ({ from: this.file(name), to: `/etc/${name}` }));
  }

  file(name: string): string {
    return path.join(this.path, name);
  }

  /** Somewhere to mount a folder or a file, in a mount namespace that nobody else sees. */
  stage(index: number, isDirectory: boolean): string {
    const place = this.file(`${isDirectory ? 'folder' : 'file'}-${index}`);
    if (isDirectory) mkdirSync(place, { recursive: true });
    else closeSync(openSync(place, 'a'));
    return place;
  }

  /** A file that nobody else can read, for its opener to delete. */
  writeSecret(content: string): string {
    const name = this.file(randomUUID());
    writeFileSync(name, content, { mode: secret, flag: 'wx' });
    return name;
  }

  /** A descriptor of a file that has no name any more, at its beginning. The caller closes it. */
  openSecret(content: string): number {
    const name = this.file(randomUUID());
    const descriptor = openSync(name, 'wx+', secret);
    try {
      unlinkSync(name);
      // With a position, so that whoever inherits the descriptor reads from the start.
      writeSync(descriptor, Buffer.from(content), 0, undefined, 0);
      return descriptor;
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
