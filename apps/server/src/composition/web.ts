import type { IncomingMessage, Server } from 'node:http';
import type { Operation } from '@atelier/entities/operation';
import type { Request, Response } from 'express';
import type { WebSocket } from 'ws';
import { appRouter } from '../app-router.ts';
import { callerOf } from '../platform/http/caller.ts';
import { cookieJar } from '../platform/http/cookies.ts';
import type { HttpRoute } from '../platform/http/http-route.ts';
import { createHttpServer } from '../platform/http/http-server.ts';
import { webApp } from '../platform/http/web-app.ts';
import { socketGate } from '../platform/realtime/socket-gate.ts';
import { SocketSessions } from '../platform/realtime/socket-sessions.ts';
import { type SocketServer, serveWebSockets } from '../platform/realtime/web-sockets.ts';
import type { Authorise, Caller } from '../platform/trpc/context.ts';
import type { Services } from '../services.ts';
import type { Foundation } from './foundation.ts';
import type { Identity } from './identity.ts';

const system: Operation = { principal: { kind: 'system' } };

export interface WebDeps {
  readonly services: Services;
  readonly routes: readonly HttpRoute[];
  readonly webDirectory: string;
  /** Whether new work is refused. */
  readonly isDraining: () => boolean;
}

/** What listens: HTTP with the app and the procedures, and sockets. */
export function composeWeb(
  foundation: Foundation,
  { authentication, policy, standing }: Identity,
  { services, routes, webDirectory, isDraining }: WebDeps,
) {
  const { config, log, metrics, hints, origins, limiter, lateRefusals, admission, refusals, isSecure } = foundation;
  const authenticate = async (caller: Caller) =>
    (await authentication.authenticate(system, caller.accessToken)).principal;
  const authorise: Authorise = (principal, permission) => policy.check(principal, permission);
  const sockets = new SocketSessions({ hints, stillHold: (principals) => standing.stillHold(system, principals), log });
  let socketServer: SocketServer | null = null;

  const contextOf = (caller: Caller) => ({
    caller,
    op: { principal: { kind: 'anonymous' }, requestId: caller.requestId, origin: caller } as const,
    services,
    authenticate,
    authorise,
  });

  async function listen(): Promise<Server> {
    const http = createHttpServer({
      router: appRouter,
      routes,
      origins,
      limiter,
      lateRefusals,
      trustedProxies: config.http.trustedProxies,
      isSecure,
      authenticate,
      authorise,
      refusals,
      isDraining,
      createContext: (request: Request, response: Response, caller: Caller) => ({
        ...contextOf(caller),
        cookies: cookieJar(request, response, isSecure),
        gate: null,
      }),
      webApp: webApp(webDirectory),
      log,
    });
    socketServer = serveWebSockets({
      server: http,
      router: appRouter,
      origins,
      sockets,
      admission,
      lateRefusals,
      trustedProxies: config.http.trustedProxies,
      maxMessages: config.limitPoints.socket_messages,
      log,
      metrics,
      createContext: (request: IncomingMessage, socket: WebSocket, params: unknown) => {
        const token = tokenIn(params);
        const caller = callerOf(request, config.http.trustedProxies, token);
        sockets.add(request, socket);
        if (token !== null) {
          authentication
            .authenticate(system, token)
            .then(async ({ principal, endsAt }) => {
              sockets.bind(request, principal, endsAt);
              await admission.ofPerson(principal.userId, socket);
            })
            // Who it is not is told by the first operation.
            .catch(() => undefined);
        }
        const onSlow = () => metrics.closedSockets.inc({ reason: 'slow' });
        return { ...contextOf(caller), cookies: null, gate: socketGate(socket, onSlow) };
      },
    });
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(config.http.port, config.http.host, () => resolve());
    });
    const address = http.address();
    if (address && typeof address === 'object') origins.listensOn(address.port);
    return http;
  }

  return {
    sockets,
    listen,
    /** Tells clients to come back elsewhere. */
    drain: () => socketServer?.drain(),
    close: async () => await socketServer?.close(),
  };
}

/** A token in the first frame; what is not a text is no token. */
function tokenIn(params: unknown): string | null {
  if (typeof params !== 'object' || params === null) return null;
  const token: unknown = Reflect.get(params, 'token');
  return typeof token === 'string' ? token : null;
}
