import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from './fields.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const ownNode = path.join(repository, 'node_modules/.bin/node');

/** The Node that npm installed for this repository; what runs us may be older. */
const node = existsSync(ownNode) ? ownNode : process.execPath;
export const fromRepository = (file: string): string => path.join(repository, file);

export interface StartOptions {
  readonly file: string;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  readonly nodeOptions?: readonly string[];
  /** Where its output goes. */
  readonly logFile: string;
  /** Whether it talks to us: messages of `{ type, … }`. Such a process ends by itself when we do. */
  readonly isTalking?: boolean;
}

/** A process that the benchmark started. */
export class Child {
  readonly #process: ChildProcess;
  readonly #received: unknown[] = [];
  #wake: () => void = () => undefined;

  constructor(options: StartOptions) {
    const log = openSync(options.logFile, 'a');
    this.#process = spawn(node, [...(options.nodeOptions ?? []), options.file, ...(options.args ?? [])], {
      cwd: repository,
      env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...options.env },
      stdio: options.isTalking ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    });
    this.#process.on('message', (message) => {
      this.#received.push(message);
      this.#wake();
    });
    this.#process.on('exit', () => this.#wake());
    this.#process.on('error', () => this.#wake());
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('The process did not start.');
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  send(message: object): void {
    this.#process.send(message);
  }

  /** The next message of this type. @throws Error when the process has ended, or says nothing for so long. */
  async receive(type: string, withinMs = 60_000): Promise<unknown> {
    const end = performance.now() + withinMs;
    for (;;) {
      const index = this.#received.findIndex((message) => at(message, 'type') === type);
      if (index !== -1) return this.#received.splice(index, 1)[0];
      if (!this.isRunning) throw new Error(`The process ended before it said "${type}".`);
      if (performance.now() > end) throw new Error(`The process did not say "${type}" in ${withinMs / 1000} s.`);
      await Promise.race([
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
        sleep(1000, undefined, { ref: false }),
      ]);
    }
  }

  /** Asks it to end, and ends it when it does not. */
  async stop(graceMs = 3000): Promise<void> {
    if (!this.isRunning) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(timer);
  }
}
