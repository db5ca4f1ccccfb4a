import { type StdioOptions, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import type { Child } from './child.ts';

/** Positions of what bubblewrap reads, in the list of descriptors that it inherits. */
export const filterDescriptor = 3;
export const optionsDescriptor = 4;

export interface PipesOptions {
  readonly line: readonly string[];
  readonly filter: number;
  readonly options: number;
  readonly hasInput: boolean;
  /** Positions at which the command would find something of the server. */
  readonly hidden: readonly number[];
}

const notStarted = 127;

/** Runs a command line with its output in two pipes. */
export function pipesChild({ line, filter, options, hasInput, hidden }: PipesOptions): Child {
  const [program = '', ...args] = line;
  const stdio: StdioOptions = [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe', filter, options];
  const nothing = hidden.length > 0 ? openSync('/dev/null', 'r') : null;
  // "ignore" leaves a position above two as it is, so what stands there is covered.
  for (const position of hidden) if (position > optionsDescriptor) stdio[position] = nothing ?? 'ignore';
  // An environment or a current folder of the server would be seen inside, in /proc/1.
  const child = spawn(program, args, {
    cwd: '/',
    env: {},
    stdio: Array.from(stdio, (entry) => entry ?? 'ignore'),
  });
  if (nothing !== null) closeSync(nothing);
  const { stdin } = child;
  const outputs = [child.stdout, child.stderr].filter((stream): stream is Readable => stream !== null);
  // A command that has ended reads no more: nobody has to hear of that.
  stdin?.on('error', () => undefined);

  const exited = new Promise<number>((resolve) => {
    child.on('error', () => resolve(notStarted));
    child.on('close', (code, signal) => resolve(code ?? (signal ? 128 + constants.signals[signal] : notStarted)));
  });
  return {
    pid: child.pid ?? null,
    exited,
    onOutput(listener) {
      child.stdout?.on('data', (chunk: Uint8Array) => listener(chunk, 'stdout'));
      child.stderr?.on('data', (chunk: Uint8Array) => listener(chunk, 'stderr'));
    },
    write: (data) => void (stdin?.writable && stdin.write(data)),
    endInput: () => void stdin?.end(),
    resize: () => undefined,
    pause: () => outputs.forEach((stream) => void stream.pause()),
    resume: () => outputs.forEach((stream) => void stream.resume()),
  };
}
