import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import os from 'node:os';

interface Result {
  readonly code: number;
  readonly output: string;
}
/** Runs a program to its end. Never throws: a program that cannot be started has code 127. */
export type Run = (program: string, args: readonly string[]) => Promise<Result>;

/** The user that owns nothing. */
const nobody = 65_534;

/**
 * PostgreSQL refuses to run as root and as a user without a name (a container may give any uid): then in a user namespace
 * in which our uid is nobody's. Where there are none, root runs it as the user nobody, to whom `directories` are given.
 */
export async function unprivileged(directories: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  const plain: Run = (program, args) => execute(program, args, { env });
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && hasName()) return plain;

  const mapped = ['-U', `--map-user=${nobody}`, `--map-group=${nobody}`];
  if ((await execute('unshare', [...mapped, 'true'], { env })).code === 0) {
    return (program, args) => execute('unshare', [...mapped, program, ...args], { env });
  }
  if (!isRoot) return plain;
  for (const directory of directories) await chown(directory, nobody, nobody);
  return (program, args) => execute(program, args, { env, uid: nobody, gid: nobody });
}

function hasName(): boolean {
  try {
    return os.userInfo().username !== '';
  } catch {
    return false;
  }
}

/** @throws Error with the end of the program's output when it fails. */
export async function must(result: Promise<Result>, what: string): Promise<void> {
  const { code, output } = await result;
  if (code !== 0) throw new Error(`${what} failed: ${output.trim().slice(-2000)}`);
}

function execute(
  program: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly uid?: number; readonly gid?: number },
): Promise<Result> {
  return new Promise((resolve) => {
    // pg_ctl leaves the server behind with our pipes open: its answer is its exit, not the end of its output.
    const child = execFile(program, args, { ...options, maxBuffer: 1024 * 1024 });
    let output = '';
    child.stdout?.on('data', (chunk: string) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk: string) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('exit', (code) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ code: code ?? 1, output });
    });
  });
}
