import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AtelierClient, createClient } from '@atelier/client';
import { type GrantDto, registerAnswer } from '@atelier/contracts/auth';
import pg from 'pg';
import { at, textAt } from './fields.ts';
import { Child, fromRepository } from './processes.ts';
import { cpuSeconds } from './usage.ts';

/** What `npm run build` makes. */
export const builtServer = fromRepository('apps/server/dist/main.server.js');

export interface Server {
  readonly child: Child;
  readonly url: string;
  /** The embedded PostgreSQL: its first process, and the folder of its socket. */
  readonly database: { readonly pid: number; readonly socket: string };
  /** From the start of the process to the first good answer of /ready. */
  readonly readyMs: number;
}

export interface Account {
  readonly grant: GrantDto;
  /** The refresh cookie as the server set it: "name=value". */
  readonly cookie: string;
}

export interface BenchOptions {
  /** Where every process writes its processor profile when it stops; none otherwise. */
  readonly profileDirectory: string | null;
  /** The server's program. */
  readonly program: string;
  /** Whether the server has its default limits; otherwise it has none to speak of. */
  readonly isLimited?: true;
}

/** One person does here what a thousand do. */
const noLimits = {
  LIMIT_PROCEDURES: '100000000',
  LIMIT_VISITS: '100000000',
  LIMIT_AUTH_BY_ADDRESS: '1000000',
  LIMIT_AUTH_BY_ACCOUNT: '1000000',
  LIMIT_CONNECTS: '1000000',
  LIMIT_CONNECTS_BY_ADDRESS: '1000000',
  LIMIT_OPEN_SOCKETS: '1000000',
  LIMIT_SOCKET_MESSAGES: '1000000',
  LIMIT_RUNS: '1000000',
  LIMIT_RUNS_OF_ALL: '1000000',
};

/** What the measures share: one server with its data, one model, one account. Everything ends with it. */
export class Bench implements AsyncDisposable {
  readonly #options: BenchOptions;
  readonly #directory: string;
  readonly #secret = randomBytes(32).toString('base64');
  readonly #encryptionKey = randomBytes(32).toString('base64');
  readonly #children: Child[] = [];
  readonly #clients: AtelierClient[] = [];
  readonly #apart: Bench[] = [];
  readonly #memo = new Map<string, Promise<unknown>>();
  #server: Promise<Server> | null = null;
  #port = 0;
  /** Of databases that have been stopped. */
  #pastDatabaseSeconds = 0;

  private constructor(options: BenchOptions, directory: string) {
    this.#options = options;
    this.#directory = directory;
  }

  static async open(options: BenchOptions): Promise<Bench> {
    if (!existsSync(options.program)) throw new Error(`${options.program} is missing. Run: npm run build`);
    return new Bench(options, await mkdtemp(path.join(os.tmpdir(), 'atelier-bench-')));
  }

  server(): Promise<Server> {
    this.#server ??= this.#startServer();
    return this.#server;
  }

  /** Stops the server and its PostgreSQL, and starts them again on the same data. */
  async restart(): Promise<Server> {
    await this.#closeClients();
    await this.#stopServer();
    return await this.server();
  }

  /** A server of its own, with data and a model of its own, and with the limits that an installation has. */
  async limited(): Promise<Bench> {
    const bench = await Bench.open({ ...this.#options, isLimited: true });
    this.#apart.push(bench);
    return bench;
  }

  async model(): Promise<Record<'OPENAI_BASE_URL' | 'OPENAI_API_KEY' | 'MODEL', string>> {
    const told = await this.once('model', async () => {
      return await this.start('src/model-process.ts').receive('listening');
    });
    return { OPENAI_BASE_URL: textAt(told, 'url'), OPENAI_API_KEY: textAt(told, 'key'), MODEL: textAt(told, 'model') };
  }

  /** Starts one of our own small programs; it ends with the bench. */
  start(file: string, env: Record<string, string> = {}): Child {
    const logFile = path.join(this.#directory, `${path.basename(file, '.ts')}.log`);
    const nodeOptions = this.#profiling(path.basename(file, '.ts'));
    const child = new Child({
      file: fromRepository(`tooling/bench/${file}`),
      env,
      nodeOptions,
      logFile,
      isTalking: true,
    });
    this.#children.push(child);
    return child;
  }

  /** Does `work` the first time it is asked for under this name, and gives the same result ever after. */
  async once<T>(name: string, work: () => Promise<T>): Promise<T> {
    const known = this.#memo.get(name);
    const made = known ?? work();
    this.#memo.set(name, made);
    // Under one name only one kind of work is asked for.
    return (await made) as T;
  }

  async account(): Promise<Account> {
    return await this.once('account', () => this.register('bench@example.com'));
  }

  async register(email: string): Promise<Account> {
    const { url } = await this.server();
    const response = await fetch(`${url}/trpc/auth.register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ email, password: randomUUID(), name: 'Bench' }),
    });
    const answer = registerAnswer.parse(at(await response.json(), 'result', 'data'));
    if (answer.status !== 'signed_in') throw new Error('The account was not made.');
    return { grant: answer, cookie: response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '' };
  }

  /** A client of its own, with its own socket, for the one account: another tab of the same person. */
  async client(): Promise<AtelierClient> {
    const client = createClient({ url: (await this.server()).url });
    client.signInStore.accept((await this.account()).grant);
    this.#clients.push(client);
    return client;
  }

  async sessionId(): Promise<string> {
    const client = await this.once('creator', () => this.client());
    return (await client.api.sessions.create.mutate({ clientId: randomUUID() })).id;
  }

  /** Past the server. */
  async sql(text: string, values: readonly unknown[] = []): Promise<readonly unknown[]> {
    const { database } = await this.server();
    const client = new pg.Client({ host: database.socket, user: 'postgres', database: 'postgres' });
    await client.connect();
    try {
      return (await client.query(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** Processor time of everything that belongs to the benchmark, itself included. */
  async ownSeconds(): Promise<number> {
    const server = await this.#server?.catch(() => null);
    // PostgreSQL leaves its starter: it is nobody's child.
    const database = server ? await cpuSeconds(server.database.pid) : 0;
    const own = (await cpuSeconds(process.pid)) + database + this.#pastDatabaseSeconds;
    return own + this.#apart.reduce((sum, bench) => sum + bench.#pastDatabaseSeconds, 0);
  }

  get webDirectory(): string {
    return path.resolve(path.dirname(this.#options.program), '../../web/dist');
  }

  async logs(): Promise<string> {
    const text = await readFile(path.join(this.#directory, 'server.log'), 'utf8').catch(() => '');
    return text.split('\n').slice(-15).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closeClients().catch(() => undefined);
    await Promise.allSettled(this.#apart.map((bench) => bench[Symbol.asyncDispose]()));
    await Promise.allSettled([...this.#children.map((child) => child.stop()), this.#stopServer()]);
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }

  #profiling(name: string): readonly string[] {
    const directory = this.#options.profileDirectory;
    if (directory === null) return [];
    return ['--cpu-prof', `--cpu-prof-dir=${directory}`, `--cpu-prof-name=${name}-${Date.now()}.cpuprofile`];
  }

  async #startServer(): Promise<Server> {
    this.#port ||= await freePort();
    const data = path.join(this.#directory, 'data');
    await mkdir(data, { recursive: true });
    const startedAt = performance.now();
    const env = {
      ...(await this.model()),
      PORT: String(this.#port),
      DATA_DIR: data,
      AUTH_SECRET: this.#secret,
      ENCRYPTION_KEYS: `v1:${this.#encryptionKey}`,
      ACCESS_TOKEN_MINUTES: '60',
      STOP_GRACE_SECONDS: '1',
      ...(this.#options.isLimited ? {} : noLimits),
    };
    const spawnedAt = performance.now();
    const child = new Child({
      file: this.#options.program,
      env,
      nodeOptions: ['--enable-source-maps', ...this.#profiling('server')],
      logFile: path.join(this.#directory, 'server.log'),
    });
    this.#children.push(child);
    while (!(await isReady(this.#port))) {
      if (!child.isRunning) throw new Error(`The server ended:\n${await this.logs()}`);
      if (performance.now() - startedAt > 60_000) throw new Error(`The server is not ready:\n${await this.logs()}`);
      await sleep(5);
    }
    const readyMs = performance.now() - spawnedAt;
    return { child, url: `http://127.0.0.1:${this.#port}`, database: await readDatabase(data), readyMs };
  }

  async #stopServer(): Promise<void> {
    const server = await this.#server?.catch(() => null);
    this.#server = null;
    if (server) this.#pastDatabaseSeconds += await cpuSeconds(server.database.pid);
    await server?.child.stop(15_000);
    // A killed server leaves its PostgreSQL behind: that is a feature of it, and not wanted here.
    const database = await readDatabase(path.join(this.#directory, 'data')).catch(() => null);
    if (database) await endProcess(database.pid);
  }

  async #closeClients(): Promise<void> {
    this.#memo.delete('creator');
    await Promise.all(this.#clients.splice(0).map((client) => client.close()));
  }
}

/** PostgreSQL writes where it listens into the first lines of its pid file. */
async function readDatabase(dataDirectory: string): Promise<Server['database']> {
  const file = path.join(dataDirectory, 'postgres/cluster/postmaster.pid');
  const lines = (await readFile(file, 'utf8')).split('\n');
  return { pid: Number(lines[0]), socket: lines[4] ?? '' };
}

async function endProcess(pid: number): Promise<void> {
  for (const [signal, seconds] of [['SIGINT', 5] as const, ['SIGKILL', 1] as const]) {
    for (let waited = 0; waited < seconds * 10; waited += 1) {
      try {
        process.kill(pid, waited === 0 ? signal : 0);
      } catch {
        return;
      }
      await sleep(100);
    }
  }
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/ready', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const port = at(probe.address(), 'port');
      probe.close(() => (typeof port === 'number' ? resolve(port) : reject(new Error('No free port.'))));
    });
  });
}
