import { spawn } from 'node:child_process';
import type { Shell, ShellCommand } from '../src/ports.ts';

/** Runs programs of this machine in a directory, as a sandbox would run them in a workspace. Remembers what it ran. */
export function localShell(root: string): Shell & { readonly ran: ShellCommand[] } {
  const ran: ShellCommand[] = [];
  return {
    ran,
    run: async (command, { onOutput, signal }) => {
      ran.push(command);
      const [program = '', ...args] = command.argv;
      const child = spawn(program, args, { cwd: root });
      signal.addEventListener('abort', () => child.kill(), { once: true });
      child.stdout.setEncoding('utf8').on('data', onOutput);
      const exitCode = await new Promise<number | null>((resolve, reject) => {
        child.on('error', reject);
        child.on('close', resolve);
      });
      return { exitCode, message: null, durationMs: 0 };
    },
    start: () => Promise.reject(new Error('Nothing goes on here.')),
    processes: () => [],
    keepOutput: () => Promise.reject(new Error('Nothing is kept here.')),
  };
}
