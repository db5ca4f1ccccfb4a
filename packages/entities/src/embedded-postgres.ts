import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { lockFile } from './file-lock.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { must, type Run, unprivileged } from './run-unprivileged.ts';

export interface EmbeddedPostgresOptions {
  /** Where the cluster, its socket and its log lie. Made when it is not there. */
  readonly directory: string;
  /** For throw-away databases: no fsync. Data does not survive a crash of the machine. */
  readonly isThrowAway?: boolean;
}

export interface EmbeddedPostgres {
  /** The folder of the Unix socket. */
  readonly host: string;
  readonly user: string;
  readonly database: string;
  readonly pid: number;
  /** It was running already: another process uses it, or its starter was killed. */
  readonly wasRunning: boolean;
  /** Ends it for everybody. Nothing happens when it does not run any more. */
  stop(): Promise<void>;
}

/** Linux: 108 bytes with the final NUL, of which PostgreSQL needs some for the file's name. */
const maxSocketDirectory = 90;
const user = 'postgres';

/**
 * Starts the real PostgreSQL that npm installed, or joins the one that runs on this directory already. It listens on a
 * Unix socket in a folder that only its owner may enter, never on a port. It outlives a killed process: the next start
 * finds it and goes on.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const directory = path.resolve(options.directory);
  const { initdb, pgCtl } = await postgresBinaries();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const cluster = path.join(directory, 'cluster');
  const socket = await socketDirectory(directory);
  const run = await unprivileged([directory, socket], { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' });
  const lock = path.join(directory, 'starting.lock');

  await using _turn = await lockFile(lock);
  if (!(await exists(path.join(cluster, 'PG_VERSION')))) await create(run, initdb, { ...options, cluster });
  await clearDeadPid(cluster, socket);
  const wasRunning = await join(run, pgCtl, cluster);
  if (!wasRunning) {
    const log = path.join(directory, 'postgres.log');
    const settings = settingsFor(socket, options.isThrowAway ?? false);
    await must(run(pgCtl, ['-D', cluster, '-w', '-t', '60', '-l', log, '-o', settings, 'start']), 'pg_ctl start');
  }
  const { pid } = await postmaster(cluster);
  return {
    host: socket,
    user,
    database: 'postgres',
    pid,
    wasRunning,
    async stop() {
      // Whoever starts meanwhile waits, and starts it anew.
      await using _turn = await lockFile(lock);
      if ((await run(pgCtl, ['-D', cluster, 'status'])).code !== 0) return;
      await must(run(pgCtl, ['-D', cluster, '-m', 'fast', '-w', '-t', '30', 'stop']), 'pg_ctl stop');
    },
  };
}

function settingsFor(socket: string, isThrowAway: boolean): string {
  return [
    `-k ${socket}`,
    `-c listen_addresses=''`,
    '-c shared_buffers=48MB',
    '-c max_connections=200',
    '-c max_wal_size=512MB',
    '-c log_min_messages=warning',
    ...(isThrowAway ? ['-c fsync=off', '-c full_page_writes=off', '-c synchronous_commit=off'] : []),
  ].join(' ');
}

/** The cluster gets its name when it is whole: a start that was killed half-way leaves nothing that looks like one. */
async function create(
  run: Run,
  initdb: string,
  opts: { readonly cluster: string; readonly isThrowAway?: boolean },
): Promise<void> {
  const directory = path.dirname(opts.cluster);
  const prefix = `${path.basename(opts.cluster)}.new-`;
  for (const name of await readdir(directory)) {
    // An initdb whose starter was killed may still write there; then the next one clears it away.
    if (name.startsWith(prefix)) await rm(path.join(directory, name), { recursive: true }).catch(() => undefined);
  }
  const fresh = path.join(directory, `${prefix}${randomBytes(6).toString('hex')}`);
  const args = ['-D', fresh, '-U', user, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'];
  await must(run(initdb, opts.isThrowAway ? [...args, '--no-sync'] : args), 'initdb');
  await rm(opts.cluster, { recursive: true, force: true });
  await rename(fresh, opts.cluster);
}

/** Whether one runs and takes connections. One that starts is waited for, and so is the end of one that stops. */
async function join(run: Run, pgCtl: string, cluster: string): Promise<boolean> {
  for (const until = Date.now() + 60_000; Date.now() < until; ) {
    if ((await run(pgCtl, ['-D', cluster, 'status'])).code !== 0) return false;
    if ((await postmaster(cluster)).state === 'ready') return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The database has been starting or stopping for a minute.');
}

/** https://www.postgresql.org/docs/current/storage-file-layout.html: the pid is on the first line, the state on the eighth. */
async function postmaster(cluster: string): Promise<{ readonly pid: number; readonly state: string }> {
  const lines = (await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return { pid: Number(lines[0]), state: lines[7]?.trim() ?? '' };
}

/** In the directory itself when its path is short enough for a socket, else in the system's folder for temporary files. */
async function socketDirectory(directory: string): Promise<string> {
  const near = path.join(directory, 'socket');
  const isShort = Buffer.byteLength(near) <= maxSocketDirectory;
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  const chosen = isShort ? near : path.join(os.tmpdir(), `atelier-${process.getuid?.() ?? 0}-${hash}`);
  await mkdir(chosen, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(chosen);
  if (process.getuid && process.getuid() !== 0 && (uid !== process.getuid() || (mode & 0o077) !== 0)) {
    throw new Error('The folder for the database socket belongs to somebody else.');
  }
  return chosen;
}

/**
 * A killed postmaster can stay as a zombie where nobody reaps it, or its pid can be somebody else's by now: it answers,
 * and PostgreSQL takes it for alive.
 */
async function clearDeadPid(cluster: string, socket: string): Promise<void> {
  const file = path.join(cluster, 'postmaster.pid');
  const pid = (await readFile(file, 'utf8').catch(() => '')).split('\n')[0];
  if (!pid || process.platform !== 'linux') return;
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const state = status.slice(status.lastIndexOf(') ') + 2)[0];
  const isPostgres = status.includes('(postgres)') && state !== 'Z' && state !== 'X';
  if (isPostgres && (await worksIn(pid, cluster))) return;
  await rm(file, { force: true });
  await rm(path.join(socket, '.s.PGSQL.5432.lock'), { force: true });
  await rm(path.join(socket, '.s.PGSQL.5432'), { force: true });
}

/** A server works in its cluster. What does elsewhere has got the number of one that died. */
async function worksIn(pid: string, cluster: string): Promise<boolean> {
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  return directory === null || directory === (await realpath(cluster));
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}
