import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from './beneath.ts';

/**
 * Removes a directory that others may be writing into at this moment. It is moved aside first, so that nobody finds it
 * by its name while it is emptied: whoever writes on is told that there is nothing.
 * @param aside a directory on the same file system, for what is being removed.
 */
export async function removeTree(directory: string, aside: string): Promise<void> {
  await mkdir(aside, { recursive: true, mode: 0o700 });
  const moved = path.join(aside, randomUUID());
  try {
    await rename(directory, moved);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  // Whoever holds it open may still be adding files.
  await rm(moved, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
