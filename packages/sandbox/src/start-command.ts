import { closeSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { bubblewrapArguments, type Mount } from './bubblewrap-arguments.ts';
import type { Child } from './child.ts';
import { inheritableDescriptors } from './inheritable-descriptors.ts';
import { type KernelLimits, prlimitArguments } from './kernel-limits.ts';
import { commandLine, type SandboxUser, type StagedPath } from './launch.ts';
import { isPassable } from './passable.ts';
import type { Pipes } from './pipes.ts';
import { filterDescriptor, optionsDescriptor, pipesChild } from './pipes-child.ts';
import type { SandboxRequest } from './ports.ts';
import type { Programs } from './programs.ts';
import type { RuntimeDirectory } from './runtime-directory.ts';
import {
  type SpawnTerminal,
  terminalChild,
  terminalFilterDescriptor,
  terminalOptionsDescriptor,
} from './terminal-child.ts';
import type { Toolchain } from './toolchain.ts';

/** What every command of this installation is started with. */
export interface Host {
  readonly programs: Programs;
  readonly user: SandboxUser | null;
  readonly runtime: RuntimeDirectory;
  readonly toolchain: Toolchain;
  readonly pipes: Pipes;
  /** Null where the library has no build for this machine. */
  readonly spawnTerminal: SpawnTerminal | null;
  /** Of `inheritableDescriptors`, as of the last terminal. */
  hidden: readonly number[];
}

/** The way out of one sandbox: a socket of the host, and what leads to it inside. */
export interface Egress {
  readonly socket: Mount;
  readonly readOnly: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
  /** Stands before the command. */
  readonly prefix: readonly string[];
}

export interface Start {
  readonly request: SandboxRequest;
  readonly limits: KernelLimits;
  readonly egress: Egress | null;
}

/** Name of the seccomp filter in the runtime folder. */
export const filterName = 'filter.bpf';

/** @throws Error when the request cannot be meant. */
export function startCommand(host: Host, start: Start): Child {
  const { request, egress } = start;
  checkCommand(request.command);
  const { mounts, staged } = stage(host, [
    { from: request.workspace, to: '/workspace' },
    ...host.runtime.systemMounts,
    ...host.toolchain.mounts,
    ...(egress?.readOnly ?? []),
  ]);
  const [workspace, ...readOnly] = mounts;
  const options = bubblewrapArguments({
    workspace: workspace?.from ?? request.workspace,
    directory: directoryInside(request.directory ?? ''),
    env: { ...environment(host, request), ...egress?.env, ...request.env },
    readOnly,
    links: host.toolchain.links,
    sockets: egress ? [egress.socket] : [],
    isTerminal: request.terminal !== undefined,
    filterDescriptor: request.terminal ? terminalFilterDescriptor : filterDescriptor,
  });
  const line = commandLine({
    programs: host.programs,
    user: host.user,
    staged,
    optionsDescriptor: request.terminal ? terminalOptionsDescriptor : optionsDescriptor,
    prlimit: prlimitArguments(start.limits),
    command: [...(egress?.prefix ?? []), ...request.command],
    isFull: start.limits.isFull,
  });
  return request.terminal
    ? inTerminal(host, { line, options, size: request.terminal })
    : withPipes(host, { line, options, hasInput: request.hasInput ?? false });
}

function withPipes(
  host: Host,
  { line, options, hasInput }: { line: readonly string[]; options: readonly string[]; hasInput: boolean },
): Child {
  // Opened anew each time: a descriptor's place in its file is shared by everybody who has it.
  const filter = openSync(host.runtime.file(filterName), 'r');
  const optionsFile = host.runtime.openSecret(joined(options));
  try {
    return pipesChild({ line, filter, options: optionsFile, pipes: host.pipes, hasInput, hidden: host.hidden });
  } finally {
    closeSync(filter);
    closeSync(optionsFile);
  }
}

function inTerminal(
  host: Host,
  {
    line,
    options,
    size,
  }: { line: readonly string[]; options: readonly string[]; size: { columns: number; rows: number } },
): Child {
  if (!host.spawnTerminal) throw new Error('There is no terminal library for this machine.');
  const child = terminalChild({
    bash: host.programs.bash,
    line,
    filterFile: host.runtime.file(filterName),
    optionsFile: host.runtime.writeSecret(joined(options)),
    size,
    spawnTerminal: host.spawnTerminal,
  });
  host.hidden = inheritableDescriptors();
  return child;
}

/** What the kernel takes as one argument: MAX_ARG_STRLEN, with its zero byte. */
const maxArgumentBytes = 131_072;

function checkCommand(command: readonly string[]): void {
  if (command.some((argument) => argument.includes('\0'))) throw new Error('The command holds a zero byte.');
  if (command.some((argument) => Buffer.byteLength(argument) >= maxArgumentBytes)) {
    throw new Error('An argument of the command is longer than 128 KiB. Write it to a file first.');
  }
}

/** Options end in a zero byte, so one inside of an option would begin another: "--bind", for example. */
function joined(options: readonly string[]): string {
  if (options.some((option) => option.includes('\0'))) throw new Error('A variable or a path holds a zero byte.');
  return options.map((option) => `${option}\0`).join('');
}

/** Paths that the sandbox's user cannot reach come by way of a mount. */
function stage(host: Host, mounts: readonly Mount[]): { mounts: Mount[]; staged: StagedPath[] } {
  if (!host.user) return { mounts: [...mounts], staged: [] };
  const staged: StagedPath[] = [];
  const reachable = mounts.map(({ from, to }) => {
    if (isPassable(from)) return { from, to };
    const place = host.runtime.stage(staged.length, statSync(from).isDirectory());
    staged.push({ from, to: place });
    return { from: place, to };
  });
  return { mounts: reachable, staged };
}

function directoryInside(relative: string): string {
  const normal = path.posix.join('/workspace', relative);
  if (normal !== '/workspace' && !normal.startsWith('/workspace/')) {
    throw new Error('The directory to start in lies outside of the workspace.');
  }
  return normal;
}

function environment(host: Host, request: SandboxRequest): Record<string, string> {
  return {
    PATH: host.toolchain.searchPath,
    HOME: '/workspace',
    USER: 'agent',
    LOGNAME: 'agent',
    SHELL: '/bin/sh',
    LANG: 'C.UTF-8',
    TMPDIR: '/tmp',
    ...(request.terminal ? { TERM: 'xterm-256color', COLORTERM: 'truecolor' } : {}),
  };
}
