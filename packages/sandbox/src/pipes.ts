import { execFileSync } from 'node:child_process';
import { chownSync, closeSync, constants, existsSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import type { SandboxUser } from './launch.ts';

const { O_RDONLY, O_RDWR, O_WRONLY, O_NONBLOCK } = constants;
/** Made at a time, because one program makes them. */
const batch = 60;

export interface Pipe {
  /** Our end. */
  readonly stream: Socket;
  /** The command's end: for the caller to hand on and close. */
  readonly theirs: number;
  readonly file: string;
}

/**
 * Named pipes for the commands' streams. What Node calls a pipe is a pair of sockets, and a socket cannot be opened by its
 * name: "echo >/dev/stderr" would fail in every script that does it.
 */
export class Pipes {
  readonly #options: { readonly mkfifo: string; readonly folder: string; readonly user: SandboxUser | null };
  #free: string[] = [];
  #made = 0;

  constructor(options: { readonly mkfifo: string; readonly folder: string; readonly user: SandboxUser | null }) {
    this.#options = options;
  }

  /** For what the command writes. */
  output(): Pipe {
    const file = this.#take();
    return this.#open(file, O_WRONLY, (descriptor) => new Socket({ fd: descriptor, readable: true, writable: false }));
  }

  /** For what the command reads. */
  input(): Pipe {
    const file = this.#take();
    return this.#open(file, O_RDONLY, (descriptor) => new Socket({ fd: descriptor, readable: false, writable: true }));
  }

  /** To be used again. Nothing may have it open. */
  giveBack(pipe: Pipe): void {
    this.#free.push(pipe.file);
  }

  #open(file: string, theirMode: number, stream: (descriptor: number) => Socket): Pipe {
    // With both ends open at first, opening one of them waits for nobody.
    const both = openSync(file, O_RDWR);
    try {
      // Only our end answers at once when there is nothing: programs do not expect that of theirs.
      const theirs = openSync(file, theirMode);
      const ours = openSync(file, (theirMode === O_WRONLY ? O_RDONLY : O_WRONLY) | O_NONBLOCK);
      return { file, theirs, stream: stream(ours) };
    } finally {
      closeSync(both);
    }
  }

  #take(): string {
    const file = this.#free.pop();
    // Temporary folders are swept on some machines while the server runs.
    if (file !== undefined && existsSync(file)) return file;
    this.#free = this.#make();
    return this.#free.pop() ?? '';
  }

  #make(): string[] {
    const { mkfifo, folder, user } = this.#options;
    const files = Array.from({ length: batch }, (_, index) => path.join(folder, `pipe-${this.#made + index}`));
    this.#made += batch;
    execFileSync(mkfifo, ['--mode=600', '--', ...files], { cwd: '/', env: {} });
    // Opening by name asks whose it is.
    if (user) for (const file of files) chownSync(file, user.uid, user.gid);
    return files;
  }
}
