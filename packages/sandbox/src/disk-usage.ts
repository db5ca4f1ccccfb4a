import { execFile } from 'node:child_process';

export interface DiskUsage {
  readonly bytes: number;
  /** False when something of it could not be read: then there may be more. */
  readonly isComplete: boolean;
}

/** What an entry costs besides its content. Without it, millions of empty files would weigh nothing. */
export const entryBytes = 1024;
const maxMs = 60_000;

/** What a folder takes on its disk, counted by du: outside of this process, following no links, each file once. */
export async function measureDisk(du: string, folder: string): Promise<DiskUsage> {
  const [size, entries] = await Promise.all([
    total(du, ['--summarize', '--block-size=1', '--one-file-system', '--', folder]),
    total(du, ['--summarize', '--inodes', '--one-file-system', '--', folder]),
  ]);
  return { bytes: size.figure + entries.figure * entryBytes, isComplete: size.isComplete && entries.isComplete };
}

function total(du: string, args: readonly string[]): Promise<{ figure: number; isComplete: boolean }> {
  return new Promise((resolve) => {
    execFile(du, args, { cwd: '/', env: {}, timeout: maxMs }, (error, stdout) => {
      // du goes on past what it cannot read, and says so by its exit.
      resolve({ figure: Number.parseInt(stdout, 10) || 0, isComplete: error === null });
    });
  });
}
