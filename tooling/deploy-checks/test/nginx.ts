import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { read } from './repository.ts';

export const template = read('tooling/docker/nginx.conf');

/** nginx with our template, in a folder of its own. */
export class Nginx implements AsyncDisposable {
  readonly #directory = mkdtempSync(path.join(os.tmpdir(), 'atelier-nginx-'));
  readonly #program = program();
  #process: ChildProcess | null = null;

  constructor(values: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) {
    chmodSync(this.#directory, 0o755);
    this.#write('site.conf', rendered({ ATELIER_WEB_ROOT: path.join(this.#directory, 'web'), ...values }));
    this.#write('nginx.conf', surroundings);
    for (const [name, content] of Object.entries({ 'index.html': '<page>', ...files }))
      this.#write(`web/${name}`, content);
  }

  /** What `nginx -t` says. */
  check(): { readonly status: number | null; readonly output: string } {
    const { status, stderr } = spawnSync(this.#program, [...this.#arguments, '-t'], { encoding: 'utf8' });
    return { status, output: stderr };
  }

  async start(port: number): Promise<void> {
    this.#process = spawn(this.#program, this.#arguments, { stdio: 'inherit' });
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (await answers(port)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('nginx does not listen');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = this.#process;
    if (running && running.exitCode === null) {
      const ended = new Promise((resolve) => running.once('exit', resolve));
      running.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#directory, { recursive: true });
  }

  get #arguments(): string[] {
    return ['-p', this.#directory, '-c', path.join(this.#directory, 'nginx.conf'), '-e', 'stderr'];
  }

  #write(name: string, content: string): void {
    const file = path.join(this.#directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** Stands in for the nginx.conf of the image: the same as far as it matters, in one process that stays in front. */
const surroundings = `
daemon off;
master_process off;
pid nginx.pid;
events {}
http {
  types { text/html html; text/css css; application/javascript js; }
  default_type application/octet-stream;
  access_log off;
  client_body_temp_path temp_body;
  proxy_temp_path temp_proxy;
  fastcgi_temp_path temp_fastcgi;
  uwsgi_temp_path temp_uwsgi;
  scgi_temp_path temp_scgi;
  include site.conf;
}
`;

/** The values that the image gives, as its start script does it. */
export function imageValues(): Record<string, string> {
  const values = read('tooling/docker/web.Dockerfile').matchAll(/(ATELIER_\w+)=(\S+)/g);
  return Object.fromEntries([...values].map(([, name = '', value = '']) => [name, value]));
}

function rendered(values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\$\{(ATELIER_[A-Z_]+)\}/g, (_, name: string) => {
    const value = values[name] ?? imageValues()[name];
    if (value === undefined) throw new Error(`tooling/docker/web.Dockerfile gives no value for ${name}`);
    return value;
  });
}

function program(): string {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
  const found = folders.map((folder) => path.join(folder, 'nginx')).find((file) => existsSync(file));
  if (!found) throw new Error('nginx is missing. Install it: apt-get install -y nginx-light');
  return found;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
