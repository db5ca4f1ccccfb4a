import type { SandboxLimits } from './ports.ts';

export interface KernelLimits extends Pick<SandboxLimits, 'cpuSeconds' | 'openFiles' | 'processes' | 'memoryBytes'> {
  readonly fileBytes: number;
  /** The workspace is: its files may not grow. */
  readonly isFull: boolean;
}

const lockedMemoryBytes = 65_536;

/** Arguments of prlimit: what the kernel itself keeps, in every process inside. */
export function prlimitArguments(limits: KernelLimits): string[] {
  return [
    '--core=0',
    `--nproc=${limits.processes}`,
    `--nofile=${limits.openFiles}`,
    `--fsize=${limits.isFull ? 0 : value(limits.fileBytes)}`,
    // At the first figure a process gets a signal that tells why, at the second it is killed.
    `--cpu=${limits.cpuSeconds}:${limits.cpuSeconds + 2}`,
    // Programs reserve more than they use, and a reservation that fails says nothing of our limit. So the watchdog, which
    // counts what is used, comes first; this is for the one process that grows faster than the watchdog looks.
    `--data=${value(limits.memoryBytes * 4)}`,
    `--memlock=${lockedMemoryBytes}`,
    '--msgqueue=0',
    '--',
  ];
}

function value(bytes: number): string {
  return Number.isFinite(bytes) ? String(bytes) : 'unlimited';
}
