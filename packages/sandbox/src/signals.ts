import { descendants, parentOf } from './process-tree.ts';

/** Asks every process inside to end, but the first: it ends by itself when the command does. */
export function askToEnd(root: number | null): void {
  if (!isOurs(root)) return;
  for (const pid of descendants(root).slice(1)) send(pid, 'SIGTERM');
}

/**
 * Kills the first process inside, and with it everything that it ever started: the kernel ends a process namespace with its
 * first process. bubblewrap waits for that outside and then ends too, so that when it is gone nothing is left.
 */
export function killAll(root: number | null): void {
  if (!isOurs(root)) return;
  const [first] = descendants(root);
  send(first ?? root, 'SIGKILL');
}

/** Not a number that was given to another process since. */
function isOurs(root: number | null): root is number {
  return root !== null && parentOf(root) === process.pid;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
