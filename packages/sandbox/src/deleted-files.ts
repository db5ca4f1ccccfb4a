import { readdirSync, type Stats, statSync } from 'node:fs';

const blockBytes = 512;

/** What these processes hold in files of the folder's disk that have no name any more: no walk of the folder sees them. */
export function deletedBytes(folder: string, pids: readonly number[]): number {
  const device = statOf(folder)?.dev;
  const files = new Map<number, number>();
  for (const file of pids.flatMap(openFiles)) {
    const stat = statOf(file);
    if (stat && stat.dev === device && stat.nlink === 0) files.set(stat.ino, stat.blocks * blockBytes);
  }
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((descriptor) => `/proc/${pid}/fd/${descriptor}`);
  } catch {
    return [];
  }
}

/** Null for what is gone, or not ours to ask. */
function statOf(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}
