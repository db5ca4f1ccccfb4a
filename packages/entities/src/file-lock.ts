import { randomBytes } from 'node:crypto';
import { open, readFile, rm, stat, unlink } from 'node:fs/promises';
import { isProcessAlive } from './process-alive.ts';

/** Longer than anything done under a lock takes: what is older was left by a process whose id somebody else has now. */
const oldestMs = 90_000;
/** Taking a lock over is a matter of milliseconds. */
const oldestTakeoverMs = 10_000;

/** One holder at a time, across processes. The lock of a dead process is taken over. */
export async function lockFile(file: string): Promise<AsyncDisposable> {
  const token = `${process.pid} ${randomBytes(6).toString('hex')}`;
  for (;;) {
    if (await create(file, token)) break;
    if (await isStale(file)) await removeStale(file);
    else await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    async [Symbol.asyncDispose]() {
      if ((await read(file)) === token) await unlink(file).catch(() => undefined);
    },
  };
}

async function create(file: string, content: string): Promise<boolean> {
  try {
    await using handle = await open(file, 'wx', 0o600);
    await handle.writeFile(content);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(file: string): Promise<boolean> {
  const holder = Number((await read(file)).split(' ')[0]);
  return (holder > 0 && !isProcessAlive(holder)) || (await ageOf(file)) > oldestMs;
}

/**
 * One waiter at a time, who looks again. Otherwise two that saw the same dead holder would both remove a lock: the second
 * one that of the first, and both would hold it.
 */
async function removeStale(file: string): Promise<void> {
  const takeover = `${file}.takeover`;
  if (!(await create(takeover, ''))) {
    if ((await ageOf(takeover)) > oldestTakeoverMs) await rm(takeover, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 5));
    return;
  }
  try {
    if (await isStale(file)) await rm(file, { force: true });
  } finally {
    await rm(takeover, { force: true });
  }
}

async function read(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}

async function ageOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  return found ? Date.now() - found.mtimeMs : 0;
}
