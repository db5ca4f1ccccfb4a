import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ModelServer } from '@atelier/model-server/model-server';

const root = path.resolve(import.meta.dirname, '../../..');
const mains = {
  all: ['apps/server/dist/main.server.js'],
  server: ['apps/server/dist/main.server.js', 'server'],
  worker: ['apps/server/dist/main.worker.js'],
} as const;

/** Everybody in a test comes from one address. */
const noLimits = {
  LIMIT_PROCEDURES: '1000000',
  LIMIT_VISITS: '1000000',
  LIMIT_AUTH_BY_ADDRESS: '1000000',
  LIMIT_AUTH_BY_ACCOUNT: '1000000',
  LIMIT_CONNECTS: '1000000',
  LIMIT_CONNECTS_BY_ADDRESS: '1000000',
  LIMIT_OPEN_SOCKETS: '1000000',
  LIMIT_RUNS: '1000000',
};

export interface ProgramOptions {
  readonly role?: keyof typeof mains;
  /** Two processes share a database by sharing the directory. Else a new one, removed at the end. */
  readonly dataDirectory?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The scripted model as its provider, and logs that stay whole, so that they can be replayed. */
export function modelSettings(model: ModelServer): Record<string, string> {
  return {
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: model.key,
    MODEL: model.model,
    COMPACT_AFTER_SECONDS: '3600',
  };
}

/** The built program as a process of its own, as a person starts it, with its embedded database. */
export class RunningProgram implements AsyncDisposable {
  readonly url: string;
  readonly dataDirectory: string;
  readonly #options: ProgramOptions;
  readonly #port: number;
  #child: ChildProcess | null = null;
  #output = '';

  private constructor(options: ProgramOptions, port: number, dataDirectory: string) {
    this.#options = options;
    this.#port = port;
    this.dataDirectory = dataDirectory;
    this.url = `http://localhost:${port}`;
  }

  static async start(options: ProgramOptions = {}): Promise<RunningProgram> {
    const dataDirectory = options.dataDirectory ?? (await mkdtemp(path.join(os.tmpdir(), 'atelier-e2e-')));
    const program = new RunningProgram(options, await freePort(), dataDirectory);
    await program.start();
    return program;
  }

  /** Everything it has printed since the test began. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('The program does not run.');
    return pid;
  }

  /** Where its database listens. */
  get database() {
    return { host: path.join(this.dataDirectory, 'postgres', 'socket'), user: 'postgres', database: 'postgres' };
  }

  async start(): Promise<void> {
    const [main, ...args] = mains[this.#options.role ?? 'all'];
    const child = spawn(process.execPath, ['--enable-source-maps', path.join(root, main), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        PORT: String(this.#port),
        DATA_DIR: this.dataDirectory,
        LOG_LEVEL: 'warn',
        STOP_GRACE_SECONDS: '1',
        ...noLimits,
        ...this.#options.env,
      },
    });
    this.#child = child;
    let fresh = '';
    const read = (chunk: Buffer) => {
      fresh += chunk;
      this.#output += chunk;
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    for (let waited = 0; !/is ready/.test(fresh); waited += 50) {
      if (child.exitCode !== null || waited > 60_000) throw new Error(`The program did not start:\n${fresh}`);
      await sleep(50);
    }
  }

  /** `kill -9`: no goodbye to anybody. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As an operator stops it. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** The embedded database dies at once, as when the machine's memory ran out. */
  async killDatabase(): Promise<void> {
    process.kill(await this.#postmaster(), 'SIGQUIT');
  }

  /** The embedded database stands still, with all that it was doing, as on a machine whose disk hangs. */
  async pauseDatabase(): Promise<void> {
    for (const pid of await this.#databaseProcesses()) process.kill(pid, 'SIGSTOP');
  }

  async resumeDatabase(): Promise<void> {
    for (const pid of await this.#databaseProcesses()) process.kill(pid, 'SIGCONT');
  }

  /** PostgreSQL's first process, then its children. */
  async #databaseProcesses(): Promise<readonly number[]> {
    const first = await this.#postmaster();
    const children = await readFile(`/proc/${first}/task/${first}/children`, 'utf8');
    return [first, ...children.trim().split(' ').map(Number)];
  }

  async #postmaster(): Promise<number> {
    const file = path.join(this.dataDirectory, 'postgres', 'cluster', 'postmaster.pid');
    return Number((await readFile(file, 'utf8')).split('\n')[0]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    if (!this.#options.dataDirectory) await rm(this.dataDirectory, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return address.port;
}
