import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chown, mkdir, open, readFile, rm, stat, unlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { postgresBinaries } from './postgres-binaries.ts';

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
  stop(): Promise<void>;
}

interface Result {
  readonly code: number;
  readonly output: string;
}
type Run = (program: string, args: readonly string[]) => Promise<Result>;

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
  const run = await runner(directory);

  await using _turn = await takeTurn(path.join(directory, 'starting.lock'));
  if (!(await exists(path.join(cluster, 'PG_VERSION')))) {
    await rm(cluster, { recursive: true, force: true });
    await must(
      run(initdb, ['-D', cluster, '-U', user, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']),
      'initdb',
    );
  }
  await clearDeadPid(cluster, socket);
  const wasRunning = (await run(pgCtl, ['-D', cluster, 'status'])).code === 0;
  if (!wasRunning) {
    const settings = [
      `-k ${socket}`,
      `-c listen_addresses=''`,
      '-c shared_buffers=48MB',
      '-c max_connections=80',
      '-c max_wal_size=512MB',
      '-c log_min_messages=warning',
      ...(options.isThrowAway ? ['-c fsync=off', '-c full_page_writes=off', '-c synchronous_commit=off'] : []),
    ].join(' ');
    const log = path.join(directory, 'postgres.log');
    await must(run(pgCtl, ['-D', cluster, '-w', '-t', '60', '-l', log, '-o', settings, 'start']), 'pg_ctl start');
  }
  const pid = Number((await readFile(path.join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  return {
    host: socket,
    user,
    database: 'postgres',
    pid,
    wasRunning,
    async stop() {
      await must(run(pgCtl, ['-D', cluster, '-m', 'fast', '-w', '-t', '30', 'stop']), 'pg_ctl stop');
    },
  };
}

/** PostgreSQL refuses to run as root: then in a user namespace in which our uid is nobody's, else as an ordinary user. */
async function runner(directory: string): Promise<Run> {
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' };
  const plain: Run = (program, args) => execute(program, args, { env });
  if (process.getuid?.() !== 0) return plain;

  const mapped = ['-U', '--map-user=65534', '--map-group=65534'];
  if ((await execute('unshare', [...mapped, 'true'], { env })).code === 0) {
    return (program, args) => execute('unshare', [...mapped, program, ...args], { env });
  }
  const nobody = 65_534;
  await chown(directory, nobody, nobody);
  return (program, args) => execute(program, args, { env, uid: nobody, gid: nobody });
}

function execute(
  program: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly uid?: number; readonly gid?: number },
): Promise<Result> {
  return new Promise((resolve) => {
    // pg_ctl leaves the server behind with our pipes open: its answer is its exit, not the end of its output.
    const child = execFile(program, args, { ...options, maxBuffer: 1024 * 1024 });
    let output = '';
    child.stdout?.on('data', (chunk: string) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk: string) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('exit', (code) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ code: code ?? 1, output });
    });
  });
}

async function must(result: Promise<Result>, what: string): Promise<void> {
  const { code, output } = await result;
  if (code !== 0) throw new Error(`${what} failed: ${output.trim().slice(-2000)}`);
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

/** A killed postmaster can stay as a zombie where nobody reaps it: its pid answers, and PostgreSQL takes it for alive. */
async function clearDeadPid(cluster: string, socket: string): Promise<void> {
  const file = path.join(cluster, 'postmaster.pid');
  const pid = (await readFile(file, 'utf8').catch(() => '')).split('\n')[0];
  if (!pid || process.platform !== 'linux') return;
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const state = status.slice(status.lastIndexOf(') ') + 2)[0];
  const isPostgres = status.includes('(postgres)');
  if (isPostgres && state !== 'Z' && state !== 'X') return;
  await rm(file, { force: true });
  await rm(path.join(socket, '.s.PGSQL.5432.lock'), { force: true });
  await rm(path.join(socket, '.s.PGSQL.5432'), { force: true });
}

/** One starter at a time. The lock of a dead process is taken over. */
async function takeTurn(file: string): Promise<AsyncDisposable> {
  const token = `${process.pid} ${randomBytes(6).toString('hex')}`;
  for (let waited = 0; ; waited += 50) {
    try {
      const handle = await open(file, 'wx', 0o600);
      await handle.writeFile(token);
      await handle.close();
      return { [Symbol.asyncDispose]: async () => void (await unlink(file).catch(() => undefined)) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const holder = Number((await readFile(file, 'utf8').catch(() => '')).split(' ')[0]);
      const isStale = waited > 90_000 || (holder > 0 && !isAlive(holder));
      if (isStale) await rm(file, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}
