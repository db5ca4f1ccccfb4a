import { readFileSync } from 'node:fs';

/** Memory of these processes in bytes, a page that several have counted once. Dear: the kernel walks their page tables. */
export function proportionalMemory(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + of(pid), 0) * 1024;
}

function of(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    const figures = [...rollup.matchAll(/^(?:Pss_Anon|Pss_Shmem|SwapPss):\s+(\d+)/gm)];
    return figures.reduce((sum, [, kibibytes]) => sum + Number(kibibytes), 0);
  } catch {
    return 0;
  }
}
