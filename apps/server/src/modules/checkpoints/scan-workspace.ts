import { type BigIntStats, closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
/** Looking at one entry takes microseconds when it is asked for without a thread; so long at a time, then others have a turn. */
const sliceMs = 6;
const maxDepth = 64;

/** One thing as the disk has it, before anybody has read what is in it. */
export interface ScannedEntry {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'directory';
  readonly size: number;
  readonly isExecutable: boolean;
  /** Changes whenever the content may have changed: nobody can set the time of the last change of an inode. */
  readonly stamp: string;
  /** What a link names. */
  readonly target: string | null;
}

/**
 * Everything beneath `root`, directories only where they are empty. Links are read and not followed: every directory is
 * opened from its parent, so that none that is swapped for a link leads outside. Sockets and devices are left out.
 */
export async function scanWorkspace(root: string): Promise<readonly ScannedEntry[]> {
  const found: ScannedEntry[] = [];
  let sliceEndsAt = performance.now() + sliceMs;

  async function scan(directory: number, names: readonly string[]): Promise<void> {
    const here = `/proc/self/fd/${directory}`;
    const entries = readdirSync(here);
    if (entries.length === 0 && names.length > 0) found.push(directoryEntry(names));
    for (const name of entries.toSorted()) {
      if (performance.now() > sliceEndsAt) {
        await nextTurn();
        sliceEndsAt = performance.now() + sliceMs;
      }
      const child = path.join(here, name);
      const stats = statsOf(child);
      const below = [...names, name];
      if (stats?.isFile()) found.push(fileEntry(below, stats));
      else if (stats?.isSymbolicLink()) found.push(...linkEntry(below, child));
      else if (stats?.isDirectory() && below.length <= maxDepth) await inDirectory(child, (fd) => scan(fd, below));
    }
  }

  await inDirectory(root, (fd) => scan(fd, []));
  return found;
}

async function inDirectory(file: string, work: (directory: number) => Promise<void>): Promise<void> {
  let directory: number;
  try {
    directory = openSync(file, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch {
    // Gone, or a link by now.
    return;
  }
  try {
    await work(directory);
  } finally {
    closeSync(directory);
  }
}

function statsOf(file: string): BigIntStats | null {
  try {
    return lstatSync(file, { bigint: true });
  } catch {
    return null;
  }
}

function fileEntry(names: readonly string[], { size, mode, ino, ctimeNs, mtimeNs }: BigIntStats): ScannedEntry {
  return {
    path: names.join('/'),
    kind: 'file',
    size: Number(size),
    isExecutable: (mode & 0o100n) !== 0n,
    stamp: `${ino}:${size}:${mtimeNs}:${ctimeNs}`,
    target: null,
  };
}

function linkEntry(names: readonly string[], file: string): readonly ScannedEntry[] {
  try {
    const target = readlinkSync(file);
    return [{ path: names.join('/'), kind: 'link', size: 0, isExecutable: false, stamp: target, target }];
  } catch {
    return [];
  }
}

function directoryEntry(names: readonly string[]): ScannedEntry {
  return { path: names.join('/'), kind: 'directory', size: 0, isExecutable: false, stamp: '', target: null };
}
