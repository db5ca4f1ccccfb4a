import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { runProgram } from '../test/program.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { lockFile } from './file-lock.ts';
import { isProcessAlive } from './process-alive.ts';
import { onServer } from './test-server.ts';

/** A folder whose server is gone with it. */
async function folder(...below: readonly string[]) {
  const root = await mkdtemp(path.join(os.tmpdir(), 'atelier-embedded-'));
  const directory = path.join(root, ...below);
  await mkdir(directory, { recursive: true });
  return {
    directory,
    pidFile: path.join(directory, 'cluster', 'postmaster.pid'),
    async [Symbol.asyncDispose]() {
      const server = await startEmbeddedPostgres({ directory });
      await server.stop();
      for (const left of [server.host, root]) await rm(left, { recursive: true, force: true });
    },
  };
}

async function ask(server: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const { host, user, database } = server;
  return await onServer({ host, user, database }, async (client) => (await client.query(sql)).rows);
}

async function gone(pid: number): Promise<void> {
  await expect.poll(() => isProcessAlive(pid), { timeout: 10_000 }).toBe(false);
}

/** A process that has ended and that nobody reaps, by the name of postgres. */
async function zombie(directory: string) {
  const program = path.join(directory, 'postgres');
  await symlink('/bin/sleep', program);
  const parent = spawn('/bin/sh', ['-c', `${program} 0.05 & echo $!; exec /bin/sleep 60`], { stdio: 'pipe' });
  const pid = await new Promise<number>((resolve) => {
    parent.stdout.on('data', (chunk: Buffer) => resolve(Number(chunk.toString())));
  });
  await expect.poll(() => readFile(`/proc/${pid}/stat`, 'utf8')).toMatch(/\(postgres\) Z /);
  return { pid, [Symbol.dispose]: () => void parent.kill('SIGKILL') };
}

describe('a start', () => {
  test('makes a PostgreSQL 18 that listens nowhere but in a folder only its owner may enter', async () => {
    await using f = await folder();
    const server = await startEmbeddedPostgres({ directory: f.directory });

    expect(server.wasRunning).toBe(false);
    expect((await stat(server.host)).mode & 0o077).toBe(0);
    const sql = `SELECT current_setting('server_version_num')::int / 10000 AS major,
                        current_setting('listen_addresses') AS listens, current_setting('fsync') AS fsync,
                        current_setting('server_encoding') AS encoding`;
    expect(await ask(server, sql)).toEqual([{ major: 18, listens: '', fsync: 'on', encoding: 'UTF8' }]);
  });

  test('for throw-away databases does without fsync', async () => {
    await using f = await folder();
    const server = await startEmbeddedPostgres({ directory: f.directory, isThrowAway: true });

    expect(await ask(server, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
  });

  test('joins the one that runs', async () => {
    await using f = await folder();
    const first = await startEmbeddedPostgres({ directory: f.directory });
    const second = await startEmbeddedPostgres({ directory: f.directory });

    expect(second).toMatchObject({ wasRunning: true, pid: first.pid, host: first.host });
  });

  test('finds what was there before the stop, which may come twice', async () => {
    await using f = await folder();
    const first = await startEmbeddedPostgres({ directory: f.directory });
    await ask(first, 'CREATE TABLE kept AS SELECT 1 AS one');
    await first.stop();
    await first.stop();
    await gone(first.pid);

    const second = await startEmbeddedPostgres({ directory: f.directory });

    expect(second.wasRunning).toBe(false);
    expect(await ask(second, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  test('in a folder whose path is too long for a socket puts the socket elsewhere', async () => {
    await using f = await folder('a'.repeat(60), 'b'.repeat(60));
    const server = await startEmbeddedPostgres({ directory: f.directory });

    expect(Buffer.byteLength(server.host)).toBeLessThanOrEqual(90);
    expect(await ask(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('several at once', () => {
  test('give one server', async () => {
    await using f = await folder();
    await using a = runProgram(import.meta.resolve('../test/start-postgres.ts'), [f.directory]);
    await using b = runProgram(import.meta.resolve('../test/start-postgres.ts'), [f.directory]);
    await using c = runProgram(import.meta.resolve('../test/start-postgres.ts'), [f.directory]);

    const answers = await Promise.all([a.answer(), b.answer(), c.answer()]);

    const { pid } = await startEmbeddedPostgres({ directory: f.directory });
    const joined = { pid, wasRunning: true };
    expect(answers).toEqual(expect.arrayContaining([{ pid, wasRunning: false }, joined]));
    expect(answers.filter((answer) => JSON.stringify(answer) === JSON.stringify(joined))).toHaveLength(2);
  });

  test('are not held up by the lock of a process that was killed', async () => {
    await using f = await folder();
    await using killed = runProgram(import.meta.resolve('../test/start-postgres.ts'), [f.directory]);
    await killed.kill();
    await writeFile(path.join(f.directory, 'starting.lock'), `${killed.child.pid} dead`);

    const servers = await Promise.all([1, 2, 3].map(() => startEmbeddedPostgres({ directory: f.directory })));

    expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1);
    expect(servers.filter(({ wasRunning }) => !wasRunning)).toHaveLength(1);
  });

  test('a stop and a start take turns: nobody is given a server that is just being stopped', async () => {
    await using f = await folder();
    const server = await startEmbeddedPostgres({ directory: f.directory });
    const turn = await lockFile(path.join(f.directory, 'starting.lock'));

    const stopping = server.stop();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await ask(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);

    await turn[Symbol.asyncDispose]();
    await stopping;
    expect(isProcessAlive(server.pid)).toBe(false);
  });

  test('a server that takes no more connections is not joined', async () => {
    await using f = await folder();
    const first = await startEmbeddedPostgres({ directory: f.directory });
    const { host, user, database } = first;
    const client = new pg.Client({ host, user, database });
    await client.connect();
    process.kill(first.pid, 'SIGTERM'); // "smart": it waits for its clients and refuses new ones
    await expect.poll(() => readFile(f.pidFile, 'utf8')).toMatch(/stopping/);

    const starting = startEmbeddedPostgres({ directory: f.directory });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await client.end();
    const second = await starting;

    expect(second.pid).not.toBe(first.pid);
    expect(await ask(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('after a death', () => {
  test('of its owner by kill -9 the server goes on, and the next start joins it', async () => {
    await using f = await folder();
    await using owner = runProgram(import.meta.resolve('../test/start-postgres.ts'), [f.directory]);
    await owner.answer();
    const before = await startEmbeddedPostgres({ directory: f.directory });
    await ask(before, 'CREATE TABLE kept AS SELECT 1 AS one');
    await owner.kill();

    const server = await startEmbeddedPostgres({ directory: f.directory });

    expect(server).toMatchObject({ wasRunning: true, pid: before.pid });
    expect(await ask(server, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  test('of its owner while the cluster was being made, the next start makes a whole one', async () => {
    await using f = await folder();
    await using owner = runProgram(import.meta.resolve('../test/start-postgres.ts'), [f.directory]);
    const isBegun = async () => {
      const names = await readdir(f.directory, { recursive: true });
      return names.some((name) => path.basename(name) === 'PG_VERSION');
    };
    await expect.poll(isBegun, { timeout: 10_000, interval: 5 }).toBe(true);
    await owner.kill();

    const server = await startEmbeddedPostgres({ directory: f.directory });

    expect(await ask(server, 'SELECT count(*) > 300 AS is_whole FROM pg_class')).toEqual([{ is_whole: true }]);
  });

  test('of the server by kill -9 what was committed is there', async () => {
    await using f = await folder();
    const first = await startEmbeddedPostgres({ directory: f.directory });
    await ask(first, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n');
    process.kill(first.pid, 'SIGKILL');
    await gone(first.pid);

    const second = await startEmbeddedPostgres({ directory: f.directory });

    expect(second.wasRunning).toBe(false);
    expect(await ask(second, 'SELECT count(*)::int FROM kept')).toEqual([{ count: 1000 }]);
  });

  /** Every one answers to kill -0, by which PostgreSQL tells a running server. */
  describe('of the machine the pid file may name', () => {
    async function startsWith(pid: (f: { directory: string }) => Promise<{ pid: number } & Partial<Disposable>>) {
      await using f = await folder();
      const first = await startEmbeddedPostgres({ directory: f.directory });
      const text = await readFile(f.pidFile, 'utf8');
      await first.stop();
      const other = await pid(f);
      await writeFile(f.pidFile, text.replace(/^\d+/, `${other.pid}`), { mode: 0o600 });

      const second = await startEmbeddedPostgres({ directory: f.directory });

      expect(second.wasRunning).toBe(false);
      expect(second.pid).not.toBe(other.pid);
      expect(await ask(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      other[Symbol.dispose]?.();
    }

    test.each([
      ['our own', process.pid],
      ['the first of all', 1],
    ])('a process that is no PostgreSQL: %s', async (_which, pid) => {
      await startsWith(async () => ({ pid }));
    });

    test('a PostgreSQL that nobody reaped', async () => {
      await startsWith(async (f) => await zombie(f.directory));
    });

    test('the PostgreSQL of another folder', async () => {
      await using other = await folder();
      const server = await startEmbeddedPostgres({ directory: other.directory });
      await startsWith(async () => ({ pid: server.pid }));
    });
  });
});
