import { readFileSync } from 'node:fs';

/** Whether a process runs. A zombie that nobody reaps counts as dead: it answers signals, and does nothing else. */
export function isProcessAlive(pid: number): boolean {
  if (process.platform === 'linux') {
    try {
      const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return !/^[ZX]/.test(status.slice(status.lastIndexOf(') ') + 2));
    } catch {
      return false;
    }
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
