import { execFile } from 'node:child_process';
import os from 'node:os';
import { promisify } from 'node:util';
import { BubblewrapSandbox } from './bubblewrap-sandbox.ts';
import { inheritableDescriptors } from './inheritable-descriptors.ts';
import { sandboxUser } from './launch.ts';
import { relayName } from './network/open-egress.ts';
import { relayProgram } from './network/relay-program.ts';
import { Pipes } from './pipes.ts';
import type { Sandbox, SandboxState } from './ports.ts';
import { probe } from './probe.ts';
import { findPrograms } from './programs.ts';
import { missingProgram, notLinux, notSetUp, wrongArchitecture } from './remedies.ts';
import { RuntimeDirectory } from './runtime-directory.ts';
import { seccompFilter } from './seccomp/filter.ts';
import type { Architecture } from './seccomp/syscalls.ts';
import { filterName } from './start-command.ts';
import type { SpawnTerminal } from './terminal-child.ts';
import { toolchain } from './toolchain.ts';
import { unprovenSandbox } from './unproven-sandbox.ts';

export interface SandboxOptions {
  /** The folder that all workspaces lie in; it exists. */
  readonly workspaces: string;
  /** Folders of the host with programs, seen inside at the same place and read-only. */
  readonly toolchain?: readonly string[];
  /** Where the sandbox keeps what it needs while it runs. The system's folder for temporary files when left out. */
  readonly runtimeFolder?: string;
}

const run = promisify(execFile);

/** Finds what a sandbox is made of and tries it out. Never rejects: the answer's `state` says what is missing. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  try {
    return await open(options);
  } catch (error) {
    return unprovenSandbox(notSetUp(error instanceof Error ? error.message : String(error)));
  }
}

async function open(options: SandboxOptions): Promise<Sandbox> {
  if (process.platform !== 'linux') return unprovenSandbox(notLinux);
  if (!isKnown(process.arch)) return unprovenSandbox(wrongArchitecture(process.arch));
  const { programs, missing } = await findPrograms();
  if (missing) return unprovenSandbox(missingProgram(missing.program, missing.package));

  const { stdout } = await run(programs.bwrap, ['--version'], { cwd: '/', env: {} });
  const parent = options.runtimeFolder ?? os.tmpdir();
  const runtime = await RuntimeDirectory.create(parent, {
    [filterName]: seccompFilter(process.arch),
    [relayName]: relayProgram,
  });
  const user = process.getuid?.() === 0 ? sandboxUser : null;
  const sandbox = new BubblewrapSandbox({
    programs,
    user,
    runtime,
    pipes: new Pipes({ mkfifo: programs.mkfifo, folder: runtime.path, user }),
    toolchain: toolchain(options.toolchain ?? [], process.execPath),
    spawnTerminal: await terminalLibrary(),
    hidden: inheritableDescriptors(),
  });
  await sandbox.prove(async (start) => await tryOut(sandbox, { options, version: stdout.trim(), start }));
  return sandbox;
}

async function tryOut(
  { user }: Sandbox,
  { options, version, start }: { options: SandboxOptions; version: string; start: Sandbox['start'] },
): Promise<SandboxState> {
  try {
    return await probe({ folder: options.workspaces, user, version, start });
  } catch (error) {
    return { isProven: false, ...notSetUp(error instanceof Error ? error.message : String(error)) };
  }
}

/** Loaded here, so that a machine without a build of it still has commands. */
async function terminalLibrary(): Promise<SpawnTerminal | null> {
  try {
    return (await import('@lydell/node-pty')).spawn;
  } catch {
    return null;
  }
}

function isKnown(architecture: string): architecture is Architecture {
  return architecture === 'x64' || architecture === 'arm64';
}
