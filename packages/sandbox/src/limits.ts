import type { SandboxEnd, SandboxLimit, SandboxLimits } from './ports.ts';

const mebibyte = 1024 * 1024;

/** Enough to install packages, compile and test a middling project; not enough to be felt by others on the machine. */
export const defaultLimits: SandboxLimits = {
  wallClockMs: 120_000,
  outputBytes: 10 * mebibyte,
  memoryBytes: 2048 * mebibyte,
  processes: 256,
  fileBytes: 512 * mebibyte,
  diskBytes: 2048 * mebibyte,
  cpuSeconds: 600,
  openFiles: 1024,
};

/** What a person reads when a limit ended their command. */
export function limitMessage(limit: SandboxLimit, limits: SandboxLimits): string {
  switch (limit) {
    case 'time':
      return `Stopped after ${seconds(limits.wallClockMs)}: a command may take no longer.`;
    case 'output':
      return `Stopped after ${size(limits.outputBytes)} of output: a command may write no more.`;
    case 'memory':
      return `Stopped: all its processes together may use ${size(limits.memoryBytes)} of memory.`;
    case 'processes':
      return `Stopped: a command may have ${limits.processes} processes and threads at a time.`;
    case 'file_size':
      return `Stopped: no file may be larger than ${size(limits.fileBytes)}.`;
    case 'disk':
      return `Stopped: the workspace may hold ${size(limits.diskBytes)}. Remove files, then try again.`;
  }
}

type Why = Pick<SandboxEnd, 'limit' | 'message'>;

/** A workspace that is full can be emptied by a command, not filled: its files may not grow. */
export function fullWorkspace(limits: SandboxLimits): Why {
  const message = `The workspace is full: it may hold ${size(limits.diskBytes)}. Until files are removed, none can grow.`;
  return { limit: 'disk', message };
}

const fileSizeExceeded = 128 + 25;
const cpuTimeExceeded = 128 + 24;

/** The limits the kernel keeps end a process by a signal of their own, SIGXFSZ or SIGXCPU, and leave no other word. */
export function kernelLimit(exitCode: number, limits: SandboxLimits): Why {
  if (exitCode === fileSizeExceeded) return { limit: 'file_size', message: limitMessage('file_size', limits) };
  if (exitCode === cpuTimeExceeded)
    return { limit: 'time', message: `Stopped: a process may use ${limits.cpuSeconds} seconds of computing time.` };
  return { limit: null, message: null };
}

function seconds(ms: number): string {
  return ms === 1000 ? '1 second' : `${ms / 1000} seconds`;
}

function size(bytes: number): string {
  if (bytes >= 1024 * mebibyte) return `${round(bytes / (1024 * mebibyte))} GiB`;
  if (bytes >= mebibyte) return `${round(bytes / mebibyte)} MiB`;
  return bytes >= 1024 ? `${round(bytes / 1024)} KiB` : `${bytes} bytes`;
}

const round = (value: number) => Math.round(value * 10) / 10;
