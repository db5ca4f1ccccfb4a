import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '@atelier/kernel/app-error';
import type { AnyRouter } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { addressOf } from '../http/caller.ts';
import type { AllowedOrigins } from '../http/origins.ts';
import type { LateRefusals } from '../rate-limit/late-refusals.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { endSocket } from './end-socket.ts';
import { frameEncoder } from './frame-encoder.ts';
import type { SocketAdmission } from './socket-admission.ts';
import type { SocketSessions } from './socket-sessions.ts';

const webSocketPath = '/trpc';
/** Larger input goes by upload. A frame above this closes the socket with 1009. */
const maxFrameBytes = 1024 * 1024;
const pingEveryMs = 25_000;
const pongWithinMs = 30_000;
/** A socket that does not say who it is within this time is closed. */
const firstFrameWithinMs = 5000;
const gaugeEveryMs = 1000;
const policyViolation = 1008;
/** This many malformed frames within a minute are no accident. */
const maxMalformedPerMinute = 3;
/** Whoever is told so often within a minute that it is too much does not listen. */
const maxTooManyPerMinute = 30;
const minuteMs = 60_000;

export interface SocketServer {
  /** Tells clients to come back elsewhere and closes what is left. */
  drain(): void;
  close(): Promise<void>;
  readonly openCount: number;
}

export interface SocketServerOptions {
  readonly server: Server;
  readonly router: AnyRouter;
  readonly origins: AllowedOrigins;
  readonly sockets: SocketSessions;
  readonly admission: SocketAdmission;
  readonly lateRefusals: LateRefusals;
  readonly trustedProxies: number;
  /** How many frames a socket may send in a minute. */
  readonly maxMessages: number;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly createContext: (request: IncomingMessage, socket: WebSocket, params: unknown) => object;
}

/** tRPC over WebSocket: name, origin and address are checked before the upgrade, who it is in the first frame. */
export function serveWebSockets(options: SocketServerOptions): SocketServer {
  const { server, origins, sockets, log, metrics } = options;
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    // One frame of a socket a turn of the loop: hundreds that come at once would keep everybody else waiting.
    allowSynchronousEvents: false,
  });

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const path = request.url?.split('?', 1)[0];
    if (path !== webSocketPath) return refuse(stream, '404 Not Found');
    if (!origins.allowsHost(request)) return refuse(stream, '400 Bad Request');
    const { origin } = request.headers;
    if (origin === undefined ? request.headers.cookie !== undefined : !origins.allows(origin)) {
      metrics.closedSockets.inc({ reason: 'origin' });
      return refuse(stream, '403 Forbidden');
    }
    if (!hasUrl(request)) return refuse(stream, '400 Bad Request');
    const ip = addressOf(request, options.trustedProxies);
    options.admission.fromAddress(ip).then(
      () => wss.handleUpgrade(request, stream, head, (socket) => wss.emit('connection', socket, request)),
      async (error: unknown) => {
        await options.lateRefusals.hold(ip);
        const waitMs = error instanceof AppError ? error.retryAfterMs : undefined;
        if (waitMs === undefined) log.error({ error }, 'a socket could not be let in');
        metrics.closedSockets.inc({ reason: 'limit' });
        refuse(stream, '429 Too Many Requests', Math.ceil((waitMs ?? minuteMs) / 1000));
      },
    );
  };
  server.on('upgrade', onUpgrade);

  let reading: IncomingMessage | null = null;
  wss.on('connection', (socket, request: IncomingMessage) => {
    const counting = { since: Date.now(), messages: 0 };
    socket.on('message', () => {
      reading = request;
      const now = Date.now();
      if (now - counting.since > minuteMs) Object.assign(counting, { since: now, messages: 0 });
      counting.messages += 1;
      if (counting.messages <= options.maxMessages) return;
      metrics.closedSockets.inc({ reason: 'limit' });
      endSocket(socket, policyViolation, 'too many messages');
      // What still comes is heard by nobody.
      socket.removeAllListeners('message');
    });
    metrics.openSockets.inc();
    const timer = setTimeout(() => socket.close(policyViolation, 'nothing was sent'), firstFrameWithinMs);
    socket.once('message', () => clearTimeout(timer));
    socket.once('close', () => {
      clearTimeout(timer);
      metrics.openSockets.dec();
    });
  });

  const gauging = setInterval(() => {
    let waiting = 0;
    for (const socket of wss.clients) waiting += socket.bufferedAmount;
    metrics.bufferedBytes.set(waiting);
  }, gaugeEveryMs);
  gauging.unref();

  const malformed = new RecentTimes();
  const tooMany = new RecentTimes();
  const countMalformed = (request: IncomingMessage) => {
    if (malformed.add(request) < maxMalformedPerMinute) return;
    metrics.closedSockets.inc({ reason: 'malformed' });
    sockets.closeRequest(request, policyViolation, 'too many malformed messages');
  };
  const countTooMany = (request: IncomingMessage) => {
    if (tooMany.add(request) < maxTooManyPerMinute) return;
    metrics.closedSockets.inc({ reason: 'limit' });
    sockets.closeRequest(request, policyViolation, 'too many messages');
  };
  const encoder = frameEncoder();
  const handler = applyWSSHandler({
    wss,
    router: options.router,
    experimental_encoder: {
      decode: encoder.decode,
      encode(frame) {
        // What cannot be read at all is answered without an id and without telling `onError`, while it is read.
        if (reading && isUnread(frame)) countMalformed(reading);
        return encoder.encode(frame);
      },
    },
    keepAlive: { enabled: true, pingMs: pingEveryMs, pongWaitMs: pongWithinMs },
    createContext: ({ req, res, info }) => options.createContext(req, res, info.connectionParams),
    onError: ({ error, req, path }) => {
      if (path !== undefined && error.code === 'BAD_REQUEST') countMalformed(req);
      if (error.code === 'TOO_MANY_REQUESTS') countTooMany(req);
    },
  });

  return {
    get openCount() {
      return wss.clients.size;
    },
    drain() {
      handler.broadcastReconnectNotification();
      log.info({ sockets: wss.clients.size }, 'asked clients to reconnect');
    },
    async close() {
      clearInterval(gauging);
      server.off('upgrade', onUpgrade);
      for (const socket of wss.clients) socket.close(1012, 'the server restarts');
      const timer = setTimeout(() => {
        for (const socket of wss.clients) socket.terminate();
      }, 500);
      await new Promise<void>((resolve) => wss.close(() => resolve()));
      clearTimeout(timer);
    },
  };
}

/** How often something happened to somebody within the last minute. */
class RecentTimes {
  readonly #times = new WeakMap<object, number[]>();

  /** Once more. Returns how often it was, this time included. */
  add(who: object): number {
    const since = Date.now() - minuteMs;
    const times = [...(this.#times.get(who) ?? []).filter((time) => time > since), Date.now()];
    this.#times.set(who, times);
    return times.length;
  }
}

function isUnread(frame: unknown): boolean {
  return typeof frame === 'object' && frame !== null && 'error' in frame && Reflect.get(frame, 'id') === null;
}

/** tRPC throws where nobody catches when host and path are no URL. */
function hasUrl(request: IncomingMessage): boolean {
  return URL.canParse(request.url ?? '', `http://${request.headers.host ?? 'localhost'}`);
}

function refuse(stream: Duplex, status: string, retryAfterSeconds?: number): void {
  const retryAfter = retryAfterSeconds === undefined ? '' : `Retry-After: ${retryAfterSeconds}\r\n`;
  stream.end(`HTTP/1.1 ${status}\r\n${retryAfter}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}
