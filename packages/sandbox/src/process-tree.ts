import { readdirSync, readFileSync } from 'node:fs';

/** What the processes below one process use together. */
export interface TreeUsage {
  readonly pids: readonly number[];
  readonly threads: number;
  readonly memoryBytes: number;
}

/**
 * Every process below `root`, itself left out, parents before children. Orphans inside a process namespace belong to its first process,
 * so the tree is complete but for what starts while it is read.
 */
export function descendants(root: number): number[] {
  const found: number[] = [];
  const open = [root];
  for (let pid = open.shift(); pid !== undefined; pid = open.shift()) {
    const children = childrenOf(pid);
    found.push(...children);
    open.push(...children);
  }
  return found;
}

export function treeUsage(root: number): TreeUsage {
  const pids = descendants(root);
  let threads = 0;
  let kibibytes = 0;
  for (const pid of pids) {
    const status = read(`/proc/${pid}/status`);
    threads += figure(status, /^Threads:\s+(\d+)/m);
    kibibytes += figure(status, /^RssAnon:\s+(\d+)/m) + figure(status, /^RssShmem:\s+(\d+)/m);
    kibibytes += figure(status, /^VmSwap:\s+(\d+)/m);
  }
  return { pids, threads, memoryBytes: kibibytes * 1024 };
}

/** The parent of a process, or null when there is no such process. */
export function parentOf(pid: number): number | null {
  const stat = read(`/proc/${pid}/stat`);
  // The name stands in brackets and may hold anything, brackets too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' ? null : Number(fields[1]);
}

/** Each thread has children of its own. */
function childrenOf(pid: number): number[] {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return threads.flatMap((thread) => {
    const children = read(`/proc/${pid}/task/${thread}/children`).trim();
    return children === '' ? [] : children.split(' ').map(Number);
  });
}

function figure(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}

/** Empty when the process has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
