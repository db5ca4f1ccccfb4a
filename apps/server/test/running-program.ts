import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { createTestDatabase, type TestDatabase } from '@atelier/entities/test-database';
import { vi } from 'vitest';
import type { Roles } from '../src/composition/options.ts';
import { compose, type Program } from '../src/composition.ts';
import { readConfig } from '../src/config.ts';
import { limits } from '../src/platform/rate-limit/limits.ts';
import { HeldClock, wordMs } from './held-clock.ts';

/** A secret that must never be seen in an answer. */
export const authSecret = 'canary-Vb7qLx2RkT9wYhNc4ZmPsE6uJd1GfA0o';

/** As the build leaves it. */
const page =
  '<!doctype html><title>Atelier</title><script src="/assets/app-1a2b.js" nonce="__ATELIER_NONCE__"></script>';

/** Everybody in a test comes from one address. Tests of limits set their own. */
const noLimits = Object.fromEntries(Object.keys(limits).map((name) => [`LIMIT_${name.toUpperCase()}`, '1000000']));

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly roles?: Roles;
  readonly clock?: HeldClock;
  /** Shares the database and the data directory with this one, as a second server or a worker does. */
  readonly beside?: RunningProgram;
}

export interface RunningProgram extends AsyncDisposable {
  readonly program: Program;
  readonly database: TestDatabase;
  readonly dataDirectory: string;
  readonly clock: HeldClock;
  /** Without a slash at the end; of no use to a program that is only a worker. */
  readonly url: string;
  readonly port: number;
  /** What was logged as an error: bugs of ours and dependencies that are away. */
  readonly errors: unknown[];
  /** Stops the program and keeps its database. */
  halt(): Promise<void>;
  stop(): Promise<void>;
}

/** The whole program on a database of its own and on a free port, with the offline model. */
export async function startProgram(options: StartOptions = {}): Promise<RunningProgram> {
  const { beside, roles = { server: true, worker: true }, clock = beside?.clock ?? new HeldClock() } = options;
  const database = beside?.database ?? (await createTestDatabase({ poolSize: 2 }));
  const dataDirectory = beside?.dataDirectory ?? (await mkdtemp(path.join(os.tmpdir(), 'atelier-server-')));
  const webDirectory = path.join(dataDirectory, 'web');
  await mkdir(path.join(webDirectory, 'assets'), { recursive: true });
  await writeFile(path.join(webDirectory, 'index.html'), page);
  await writeFile(path.join(webDirectory, 'assets', 'app-1a2b.js'), 'plain');
  await writeFile(path.join(webDirectory, 'assets', 'app-1a2b.js.br'), brotliCompressSync('packed'));
  const config = readConfig({
    DATABASE_URL: database.url,
    DATA_DIR: dataDirectory,
    PORT: '0',
    AUTH_SECRET: authSecret,
    LOG_LEVEL: 'silent',
    OFFLINE_WORD_MS: String(wordMs),
    STOP_GRACE_SECONDS: '0',
    ...noLimits,
    ...options.env,
  });
  const program = await compose({ config, roles, clock, webDirectory });
  const errors: unknown[] = [];
  vi.spyOn(program.log, 'error').mockImplementation((fields) => void errors.push(fields));
  const address = (await program.start())?.address();
  const port = address && typeof address === 'object' ? address.port : 0;

  let halting: Promise<void> | null = null;
  let stopping: Promise<void> | null = null;
  const halt = () => (halting ??= program.stop());
  async function stop(): Promise<void> {
    clock.release();
    await halt();
    if (beside) return;
    await database.close();
    await rm(dataDirectory, { recursive: true, force: true });
  }
  const stopOnce = () => (stopping ??= stop());
  const url = `http://127.0.0.1:${port}`;
  return {
    program,
    database,
    dataDirectory,
    clock,
    url,
    port,
    errors,
    halt,
    stop: stopOnce,
    [Symbol.asyncDispose]: stopOnce,
  };
}
