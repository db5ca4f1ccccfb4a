import { type StdioOptions, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import type { Child } from './child.ts';
import type { Pipe, Pipes } from './pipes.ts';

/** Positions of what bubblewrap reads, in the list of descriptors that it inherits. */
export const filterDescriptor = 3;
export const optionsDescriptor = 4;

export interface PipesOptions {
  readonly line: readonly string[];
  readonly filter: number;
  readonly options: number;
  readonly pipes: Pipes;
  readonly hasInput: boolean;
  /** Positions at which the command would find something of the server. */
  readonly hidden: readonly number[];
}

const notStarted = 127;

/** Runs a command line with its output in two pipes. */
export function pipesChild({ line, filter, options, pipes, hasInput, hidden }: PipesOptions): Child {
  const [stdout, stderr] = [pipes.output(), pipes.output()];
  const stdin = hasInput ? pipes.input() : null;
  const used = [stdout, stderr, ...(stdin ? [stdin] : [])];
  // A command that has ended reads no more, and nobody has to hear of that.
  for (const { stream } of used) stream.on('error', () => undefined);

  const child = start(line, {
    stdio: [stdin?.theirs ?? 'ignore', stdout.theirs, stderr.theirs, filter, options],
    hidden,
    used,
  });
  const exitCode = new Promise<number>((resolve) => {
    child.on('error', () => resolve(notStarted));
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 128 + constants.signals[signal] : notStarted)));
  });
  return {
    pid: child.pid ?? null,
    exited: finish(exitCode, { outputs: [stdout, stderr], stdin, pipes }),
    onOutput(listener) {
      stdout.stream.on('data', (chunk: Uint8Array) => listener(chunk, 'stdout'));
      stderr.stream.on('data', (chunk: Uint8Array) => listener(chunk, 'stderr'));
    },
    write: (data) => void (stdin?.stream.writable && stdin.stream.write(data)),
    endInput: () => void stdin?.stream.end(),
    resize: () => undefined,
    pause: () => [stdout, stderr].forEach(({ stream }) => void stream.pause()),
    resume: () => [stdout, stderr].forEach(({ stream }) => void stream.resume()),
  };
}

function start(
  line: readonly string[],
  { stdio, hidden, used }: { stdio: Exclude<StdioOptions, string>; hidden: readonly number[]; used: readonly Pipe[] },
) {
  const [program = '', ...args] = line;
  const nothing = hidden.length > 0 ? openSync('/dev/null', 'r') : null;
  // "ignore" leaves a position above two as it is, so what stands there is covered.
  for (const position of hidden) if (position > optionsDescriptor) stdio[position] = nothing ?? 'ignore';
  try {
    // An environment or a current folder of the server would be seen inside, in /proc/1.
    return spawn(program, args, { cwd: '/', env: {}, stdio: Array.from(stdio, (entry) => entry ?? 'ignore') });
  } catch (error) {
    // All arguments together are too long, for example.
    for (const { stream } of used) stream.destroy();
    throw error;
  } finally {
    if (nothing !== null) closeSync(nothing);
    for (const { theirs } of used) closeSync(theirs);
  }
}

/** The exit code, once all output is read: by then nobody has the pipes open. */
async function finish(
  exitCode: Promise<number>,
  { outputs, stdin, pipes }: { outputs: readonly Pipe[]; stdin: Pipe | null; pipes: Pipes },
): Promise<number> {
  const closed = outputs.map(({ stream }) => new Promise((resolve) => stream.once('close', resolve)));
  const code = await exitCode;
  stdin?.stream.destroy();
  await Promise.all(closed);
  for (const pipe of [...outputs, ...(stdin ? [stdin] : [])]) pipes.giveBack(pipe);
  return code;
}
