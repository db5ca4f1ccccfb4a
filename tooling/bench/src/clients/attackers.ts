import { randomBytes, randomUUID } from 'node:crypto';
import { Agent, type OutgoingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { at, textAt } from '../fields.ts';
import { onMessage, say } from '../talk.ts';

/** Ten who mean harm, each from an address of its own, each several calls at a time and without a pause. */
const lanes = 4;
const mebibyte = 1024 * 1024;

interface Target {
  readonly url: string;
  /** An address that has an account. */
  readonly email: string;
  /** A session of somebody else. */
  readonly sessionId: string;
}

interface Sent {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

type Attack = (attacker: Attacker, target: Target) => Promise<unknown>;

/** One address, with what it was answered. */
class Attacker {
  readonly name: string;
  readonly answers: Record<string, number> = {};
  #token = '';
  readonly #localAddress: string;
  readonly #agent: Agent;
  readonly #url: URL;

  constructor(name: string, localAddress: string, url: string) {
    this.name = name;
    this.#localAddress = localAddress;
    this.#url = new URL(url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: lanes });
  }

  get token(): string {
    return this.#token;
  }

  /** Makes itself an account: anybody may. */
  async register(): Promise<void> {
    const account = { email: `${randomUUID()}@example.com`, password: randomUUID(), name: this.name };
    const { body } = await this.http({ path: '/trpc/auth.register', body: JSON.stringify(account) });
    this.#token = textAt(JSON.parse(body), 'result', 'data', 'accessToken');
  }

  count(what: string | number): void {
    this.answers[what] = (this.answers[what] ?? 0) + 1;
  }

  /** What does not arrive is counted like an answer: a server may cut off who sends too much. */
  async http({ method = 'POST', path, headers = {}, body }: Sent): Promise<{ readonly body: string }> {
    return await new Promise((resolve) => {
      const { hostname, port, host } = this.#url;
      const options = { method, path, localAddress: this.#localAddress, agent: this.#agent };
      const sent = { host, 'content-type': 'application/json', ...headers };
      const asking = request({ ...options, hostname, port, headers: sent }, (response) => {
        this.count(response.statusCode ?? 0);
        text(response).then(
          (body) => resolve({ body }),
          () => resolve({ body: '' }),
        );
      });
      asking.on('error', () => {
        this.count('cut');
        resolve({ body: '' });
      });
      asking.end(body);
    });
  }

  /** Opens a socket, lets `use` at it, and waits until it is closed. */
  async socket(use: (socket: WebSocket) => Promise<void> | void): Promise<void> {
    const url = `${this.#url.href.replace(/^http/, 'ws')}trpc?connectionParams=1`;
    const socket = new WebSocket(url, { localAddress: this.#localAddress, perMessageDeflate: false });
    await new Promise<void>((resolve) => {
      socket.on('open', () => void Promise.resolve(use(socket)).catch(() => undefined));
      socket.on('unexpected-response', (_request, response) => {
        response.resume();
        this.count(response.statusCode ?? 0);
        resolve();
      });
      socket.on('error', () => resolve());
      socket.on('close', (code) => {
        this.count(code);
        resolve();
      });
    });
    socket.terminate();
  }
}

const bearer = (attacker: Attacker) => ({ authorization: `Bearer ${attacker.token}` });
const query = (procedure: string, input: unknown) =>
  `/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;

const attacks: Readonly<Record<string, Attack>> = {
  'wrong passwords': async (attacker, { email }) => {
    await attacker.http({ path: '/trpc/auth.signIn', body: JSON.stringify({ email, password: randomUUID() }) });
  },
  'unknown addresses': async (attacker) => {
    const body = JSON.stringify({ email: `${randomUUID()}@example.com`, password: randomUUID() });
    await attacker.http({ path: '/trpc/auth.signIn', body });
  },
  'foreign ids': async (attacker, target) => {
    const sessionId = Math.random() < 0.5 ? target.sessionId : randomUUID();
    await attacker.http({ method: 'GET', path: query('sessions.open', { sessionId }), headers: bearer(attacker) });
  },
  'foreign files': async (attacker, target) => {
    const file = encodeURIComponent('../'.repeat(20) + randomUUID());
    const path = `/api/sessions/${target.sessionId}/files?path=${file}`;
    await attacker.http({ method: 'GET', path, headers: bearer(attacker) });
  },
  'malformed bodies': async (attacker) => {
    const path = '/trpc/sessions.create';
    await attacker.http({ path, headers: bearer(attacker), body: `{"clientId":${'['.repeat(100_000)}` });
  },
  'huge bodies': async (attacker) => {
    const headers = { ...bearer(attacker), 'transfer-encoding': 'chunked' };
    await attacker.http({ path: '/trpc/messages.send', headers, body: Buffer.alloc(8 * mebibyte, 0x20) });
  },
  'fuzzed procedures': async (attacker) => {
    const names = ['sessions.list', 'messages.history', 'auth.me', 'audit.list', 'organisations.members', '__proto__'];
    const batch = Array.from({ length: 20 }, () => names[Math.floor(Math.random() * names.length)]);
    const input = Object.fromEntries(batch.map((_, index) => [index, { [randomUUID()]: randomBytes(99).toString() }]));
    const path = `${query(batch.join(','), input)}&batch=1`;
    await attacker.http({ method: 'GET', path, headers: bearer(attacker) });
  },
  'oversized frames': async (attacker) => {
    await attacker.socket((socket) => socket.send(Buffer.alloc(2 * mebibyte, 0x20), { binary: false }));
  },
  'floods of frames': async (attacker) => {
    await attacker.socket(async (socket) => {
      socket.send(JSON.stringify({ method: 'connectionParams', data: { token: attacker.token } }));
      const frame = { method: 'query', params: { path: 'sessions.list', input: {} } };
      for (let id = 1; socket.readyState === WebSocket.OPEN; id += 1) {
        socket.send(JSON.stringify({ id, ...frame }));
        if (id % 50 === 0) await sleep(1);
      }
    });
  },
  'floods of sockets': async (attacker) => {
    await attacker.socket((socket) => socket.send('{}'));
  },
};

let isOver = false;
let done: Promise<unknown> = Promise.resolve();
const attackers: Attacker[] = [];

onMessage(async (order) => {
  if (at(order, 'type') === 'attack') return begin(order);
  isOver = true;
  await Promise.race([done, sleep(2000)]);
  say({ type: 'over', attackers: attackers.map(({ name, answers }) => ({ name, answers })) });
});

async function begin(order: unknown): Promise<void> {
  const target = {
    url: textAt(order, 'url'),
    email: textAt(order, 'email'),
    sessionId: textAt(order, 'sessionId'),
  };
  for (const [index, name] of Object.keys(attacks).entries()) {
    const attacker = new Attacker(name, `127.0.0.${index + 11}`, target.url);
    await attacker.register();
    attackers.push(attacker);
  }
  const every = attackers.map((attacker) => {
    const attack = attacks[attacker.name];
    return Array.from({ length: lanes }, async () => {
      while (!isOver) await attack?.(attacker, target);
    });
  });
  done = Promise.all(every.flat());
  say({ type: 'attacking' });
}
