import { createServer, type Server } from 'node:http';
import { finished } from 'node:stream/promises';
import type { WireError } from '@atelier/contracts/errors';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import { errorCatalogue, httpStatusOf } from '@atelier/kernel/errors';
import type { AnyRouter } from '@trpc/server';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/unstable-core-do-not-import';
import express, { type NextFunction, type Request, type Response } from 'express';
import getRawBody from 'raw-body';
import type { LateRefusals } from '../rate-limit/late-refusals.ts';
import type { RateLimiter } from '../rate-limit/rate-limiter.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Authenticate, Authorise, Caller } from '../trpc/context.ts';
import type { RefusalRecorder } from '../trpc/refusal.ts';
import { toAppError, toWireError } from '../trpc/wire-errors.ts';
import { callerOf } from './caller.ts';
import { cookieJar } from './cookies.ts';
import type { HttpRoute } from './http-route.ts';
import type { AllowedOrigins } from './origins.ts';
import { securityHeaders } from './security-headers.ts';

const anonymous: Operation = { principal: { kind: 'anonymous' } };
const maxBodyBytes = 1024 * 1024;
const maxBatch = 20;
const lingerMs = 1000;
const procedureMethods = new Set(['GET', 'HEAD', 'POST']);

export interface HttpServerOptions {
  readonly router: AnyRouter;
  readonly routes: readonly HttpRoute[];
  readonly origins: AllowedOrigins;
  readonly limiter: RateLimiter;
  readonly lateRefusals: LateRefusals;
  readonly trustedProxies: number;
  readonly isSecure: boolean;
  readonly authenticate: Authenticate;
  readonly authorise: Authorise;
  readonly refusals: RefusalRecorder;
  readonly isDraining: () => boolean;
  readonly createContext: (request: Request, response: Response, caller: Caller) => object;
  readonly webApp: express.RequestHandler;
  readonly log: Logger;
}

/** One port for the API, the routes beside it, and the web app. */
export function createHttpServer(options: HttpServerOptions): Server {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.use(securityHeaders({ isSecure: options.isSecure }));
  app.use((request, response, next) => {
    const caller = callerOf(request, options.trustedProxies);
    response.locals.caller = caller;
    // The web app says otherwise of its own files.
    response.set({ 'X-Request-Id': caller.requestId, 'Cache-Control': 'no-store' });
    next();
  });
  app.use(refuseLate(options.lateRefusals));
  app.use(refuseStrangers(options));

  for (const route of options.routes) {
    app[route.method](route.path, guard(options), async (request: Request, response: Response) => {
      const caller = callerIn(response);
      const op = { ...anonymous, requestId: caller.requestId, origin: caller };
      const cookies = cookieJar(request, response, options.isSecure);
      const exchange = { request, response, op, caller, cookies, params: request.params };
      if (route.access === 'public') {
        if (route.limit) await options.limiter.consume(route.limit, caller.ip);
        return await route.handle(exchange);
      }
      const principal = await options.authenticate(caller);
      const memberOp = { ...op, principal };
      try {
        await options.authorise(principal, route.permission);
        return await route.handle({ ...exchange, principal, op: memberOp });
      } catch (error) {
        const refusal = { procedure: `${route.method} ${route.path}`, error, input: request.params };
        options.refusals.note(memberOp, refusal);
        throw error;
      }
    });
  }

  app.use(
    '/trpc',
    guard(options),
    requireMethod,
    requireJson,
    readBody,
    async (request: Request, response: Response) => {
      const path = request.path.slice(1);
      if (operationsIn(path) > maxBatch) throw new AppError('request.invalid');
      await nodeHTTPRequestHandler({
        router: options.router,
        req: request,
        res: response,
        path,
        responseMeta: ({ errors, info }) => {
          response.locals.isWhollyRefused = info !== undefined && errors.length === info.calls.length;
          return { headers: retryAfter(errors.map((error) => toAppError(error).retryAfterMs)) };
        },
        createContext: async () => options.createContext(request, response, callerIn(response)),
      });
    },
  );

  app.use('/api', () => {
    throw new AppError('route.not_found');
  });
  app.use(options.webApp);
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    void answerError(options.log, error, response);
  });

  const server = createServer(app);
  // Slow headers hold a socket for nothing; a slow upload is a person on a slow line.
  server.headersTimeout = 15_000;
  server.requestTimeout = 30 * 60_000;
  server.keepAliveTimeout = 65_000;
  return server;
}

/** Whoever is refused all the time waits for it: the end of the answer is held. */
function refuseLate(lateRefusals: LateRefusals) {
  return (_request: Request, response: Response, next: NextFunction) => {
    const end = response.end.bind(response);
    const endLate = (...args: Parameters<typeof end>) => {
      if (!isRefusal(response)) return end(...args);
      void lateRefusals.hold(callerIn(response).ip).then(() => end(...args));
      return response;
    };
    // One function for every overload of it.
    response.end = endLate as typeof end;
    next();
  };
}

/** Of a batch, when all of it is refused: its status says that its parts differ. */
function isRefusal({ statusCode, locals }: Response): boolean {
  return locals.isWhollyRefused === true || (statusCode >= 400 && statusCode < 500);
}

/** Who calls us by a name that is not ours, and other sites that ask what they may do here, learn nothing. */
function refuseStrangers({ origins, routes }: HttpServerOptions) {
  const anyHost = new Set(routes.filter((route) => route.anyHost).map((route) => route.path));
  return (request: Request, _response: Response, next: NextFunction) => {
    if (!origins.allowsHost(request) && !anyHost.has(request.path)) throw new AppError('request.foreign_host');
    if (request.method === 'OPTIONS') {
      throw new AppError(origins.allowsRequest(request) ? 'route.not_found' : 'request.forbidden_origin');
    }
    next();
  };
}

/** Whatever may change something must come from our own pages, or from a program without cookies. */
function guard(options: HttpServerOptions) {
  return (request: Request, _response: Response, next: NextFunction) => {
    const isUnsafe = request.method !== 'GET' && request.method !== 'HEAD';
    if (isUnsafe && !options.origins.allowsRequest(request)) throw new AppError('request.forbidden_origin');
    if (isUnsafe && options.isDraining()) throw new AppError('service.draining', { retryAfterMs: 2000 });
    next();
  };
}

/**
 * Whole, before a procedure begins: tRPC reads it while the procedure runs, and waits for ever for the rest of one that
 * was cut off. What is declared as too large is refused before it is sent; what declares nothing is counted.
 */
async function readBody(request: Request, _response: Response, next: NextFunction) {
  const length = request.headers['content-length'];
  // tRPC takes what it finds here in the place of the stream.
  request.body = await getRawBody(request, { length, limit: maxBodyBytes, encoding: 'utf8' });
  next();
}

/** As tRPC will read it: decoded first, so that a comma may come as %2C. */
function operationsIn(path: string): number {
  try {
    return decodeURIComponent(path).split(',').length;
  } catch (cause) {
    throw new AppError('request.invalid', { cause });
  }
}

/** Of what else there is, tRPC makes a `Request`, which is an error of its own for some: TRACE. */
function requireMethod(request: Request, _response: Response, next: NextFunction) {
  if (!procedureMethods.has(request.method)) throw new AppError('request.invalid');
  next();
}

function requireJson(request: Request, _response: Response, next: NextFunction) {
  const type = request.headers['content-type'];
  if (request.method === 'POST' && !/^application\/json(;|$)/i.test(type ?? '')) {
    throw new AppError('request.unsupported_media');
  }
  next();
}

function callerIn(response: Response): Caller {
  // Set by the first middleware for every request; express types `locals` as anything.
  return response.locals.caller as Caller;
}

async function answerError(log: Logger, error: unknown, response: Response): Promise<void> {
  const { requestId } = callerIn(response);
  const appError = toAppError(fromExpress(error));
  const { kind } = errorCatalogue[appError.code];
  if (kind === 'INTERNAL_SERVER_ERROR' || kind === 'SERVICE_UNAVAILABLE')
    log.error({ requestId, error }, 'a route failed');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (appError.retryAfterMs !== undefined) response.set('Retry-After', String(Math.ceil(appError.retryAfterMs / 1000)));
  // The body of a refused upload may still be on its way: the connection cannot be used for another request.
  if (!response.req.complete) {
    response.set('Connection', 'close');
    await sentOrTired(response.req);
  }
  const wireError = toWireError(appError, requestId);
  const isTrpc = response.req.originalUrl.startsWith('/trpc');
  response.status(httpStatusOf[kind]).json({ error: isTrpc ? trpcError(kind, wireError) : wireError });
}

/**
 * Lets the sender finish for a moment: a connection that is closed while it still writes tells it of a broken pipe, and
 * not of what we answered.
 */
async function sentOrTired(request: Request): Promise<void> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), lingerMs);
  request.resume();
  await finished(request, { signal: abort.signal }).catch(() => undefined);
  clearTimeout(timer);
}

/** What is refused before tRPC sees it reads as if tRPC had refused it: a client of procedures knows no other shape. */
function trpcError(kind: keyof typeof httpStatusOf, app: WireError) {
  const data = { code: kind, httpStatus: httpStatusOf[kind], app };
  return { message: app.message, code: TRPC_ERROR_CODES_BY_KEY[kind], data };
}

/** In whole seconds, RFC 9110: the longest that any of a batch's calls has to wait. */
function retryAfter(waits: readonly (number | undefined)[]): Record<string, string> {
  const longest = Math.max(0, ...waits.map((wait) => wait ?? 0));
  return longest === 0 ? {} : { 'Retry-After': String(Math.ceil(longest / 1000)) };
}

/** Express refuses malformed URLs by itself, and the reader of bodies what is cut off or too large. */
function fromExpress(error: unknown): unknown {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 400) return new AppError('request.invalid', { cause: error });
  if (status === 413) return new AppError('request.too_large', { cause: error });
  return error;
}
