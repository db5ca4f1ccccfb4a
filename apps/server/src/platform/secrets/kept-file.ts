import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * The content of a file that is made once and kept, readable by its owner only. Of several processes that make it at
 * once one wins, and all get what that one made: never two. What is returned is on the disk, whatever happens next.
 */
export async function keepOnce(file: string, make: () => string): Promise<string> {
  const kept = await read(file);
  if (kept !== null) return kept;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const candidate = await writeBeside(file, make());
  // `link` fails when another process was first, and then its content is the one.
  await link(candidate, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(candidate);
  await syncDirectory(file);
  const made = await read(file);
  if (made === null) throw new Error('A secret could not be kept in the data directory.');
  return made;
}

/** Replaces a kept file in one step: readers see the old content or the new, also after a power failure. */
export async function replaceKept(file: string, content: string): Promise<void> {
  await rename(await writeBeside(file, content), file);
  await syncDirectory(file);
}

async function writeBeside(file: string, content: string): Promise<string> {
  const candidate = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await using handle = await open(candidate, 'wx', 0o600);
  await handle.writeFile(`${content}\n`);
  await handle.sync();
  return candidate;
}

async function syncDirectory(file: string): Promise<void> {
  await using directory = await open(path.dirname(file));
  await directory.sync();
}

async function read(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
