import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { readAuthority, readUrl } from './host-rules.ts';
import { type NetworkRules, resolveDestination } from './resolve-destination.ts';

/** Connections of one sandbox at a time. */
const maxConnections = 64;
const connectMs = 10_000;
/** A connection that carries nothing for so long is closed. */
const idleMs = 120_000;
/** Both ways, of one connection. */
const maxBytes = 4 * 1024 ** 3;

/** Between two neighbours only: RFC 9110, 7.6.1. */
const hopByHop = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

/** The way out of one sandbox: an HTTP proxy that connects to what the rules allow, and answers 403 for the rest. */
export class EgressProxy {
  readonly #server: http.Server;
  readonly #rules: NetworkRules;
  readonly #open = new Set<Duplex>();

  constructor(rules: NetworkRules) {
    this.#rules = rules;
    this.#server = http.createServer((request, response) => void this.#forward(request, response));
    this.#server.maxConnections = maxConnections;
    this.#server.on('connection', (socket: net.Socket) => this.#guard(socket));
    this.#server.on('connect', (request, socket, head) => void this.#tunnel(request, socket, head));
    this.#server.on('upgrade', (_request, socket) => socket.destroy());
    // A socket file that could not be made is missed by bubblewrap, and then there is no command either.
    this.#server.on('error', () => undefined);
  }

  /** The file is there when this returns: Node binds the socket of a path at once. */
  listen(path: string): void {
    this.#server.listen(path);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  async #tunnel(request: http.IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const target = readAuthority(request.url ?? '');
    if (!target) return answer(socket, '400 Bad Request', 'This is no host and port.');
    const { address, refusal } = await resolveDestination(target, this.#rules);
    if (address === null) return answer(socket, '403 Forbidden', refusal);

    const upstream = net.connect({ host: address, port: target.port, timeout: connectMs });
    this.#guard(upstream);
    upstream.once('timeout', () => upstream.destroy());
    upstream.once('error', () => answer(socket, '502 Bad Gateway', `${target.host} does not answer.`));
    upstream.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      limit(upstream, upstream);
      limit(socket, upstream);
      socket.pipe(upstream).pipe(socket);
    });
    socket.once('close', () => upstream.destroy());
    upstream.once('close', () => socket.destroy());
  }

  async #forward(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const target = readUrl(request.url ?? '');
    if (!target) return refuse(response, 400, 'A proxy is asked for http://host/path.');
    const { address, refusal } = await resolveDestination(target, this.#rules);
    if (address === null) return refuse(response, 403, refusal);

    const host = target.port === 80 ? target.host : `${target.host}:${target.port}`;
    const upstream = http.request({
      host: address,
      port: target.port,
      method: request.method ?? 'GET',
      path: target.path,
      headers: { ...endToEnd(request), host },
      agent: false,
      timeout: idleMs,
    });
    upstream.on('socket', (socket) => {
      this.#guard(socket);
      limit(socket, socket);
    });
    upstream.on('timeout', () => upstream.destroy());
    upstream.on('error', () => refuse(response, 502, `${target.host} does not answer.`));
    upstream.on('response', (answered) => {
      response.writeHead(answered.statusCode ?? 502, endToEnd(answered));
      answered.pipe(response);
    });
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  }

  #guard(socket: net.Socket): void {
    this.#open.add(socket);
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#open.delete(socket));
  }
}

/** Counts what comes from `source`, and ends `victim` when it was too much. */
function limit(source: Duplex, victim: Duplex): void {
  let left = maxBytes;
  source.on('data', (chunk: Uint8Array) => {
    left -= chunk.length;
    if (left < 0) victim.destroy();
  });
}

/** Names and values, doubled names kept apart, without what is meant for the next neighbour only. */
function endToEnd(message: http.IncomingMessage): Record<string, string[]> {
  const named = new Set(
    (message.headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
  const kept: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (values && !hopByHop.has(name) && !named.has(name)) kept[name] = values;
  }
  return kept;
}

function answer(socket: Duplex, status: string, text: string): void {
  if (!socket.writable) return;
  const head = `HTTP/1.1 ${status}\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n`;
  socket.end(`${head}content-length: ${Buffer.byteLength(text) + 1}\r\n\r\n${text}\n`);
}

function refuse(response: http.ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${text}\n`);
}
