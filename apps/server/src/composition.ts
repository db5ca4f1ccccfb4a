import type { IncomingMessage, Server } from 'node:http';
import path from 'node:path';
import { createOfflineModel } from '@atelier/agent/models/offline';
import { createOpenAiCompatibleModel } from '@atelier/agent/models/openai-compatible';
import type { Model } from '@atelier/agent/ports';
import { systemPrompt } from '@atelier/agent/system-prompt';
import { workspaceTools } from '@atelier/agent/tools/workspace-tools';
import { migrate } from '@atelier/entities/migrate';
import type { Operation } from '@atelier/entities/operation';
import { type Clock, systemClock } from '@atelier/kernel/clock';
import type { Request, Response } from 'express';
import type { WebSocket } from 'ws';
import { appRouter } from './app-router.ts';
import type { Config } from './config.ts';
import {
  AccessTokens,
  AuthService,
  deriveKey,
  ExpiredSignIns,
  OauthSignInService,
  OauthStatesRepository,
  PasswordHasher,
  SignInsRepository,
  UsersRepository,
} from './modules/auth/index.ts';
import { MessagesRepository, MessagesService } from './modules/messages/index.ts';
import { Compactor, RunSupervisor, RunsRepository, RunsService } from './modules/runs/index.ts';
import {
  SessionsRepository,
  SessionsService,
  TranscriptsRepository,
  TranscriptsService,
} from './modules/sessions/index.ts';
import { healthRoutes, SystemService } from './modules/system/index.ts';
import {
  filesRoutes,
  SessionWorkspace,
  UploadsRepository,
  WorkspaceFiles,
  WorkspacesService,
} from './modules/workspaces/index.ts';
import { callerOf } from './platform/http/caller.ts';
import { cookieJar } from './platform/http/cookies.ts';
import type { HttpRoute } from './platform/http/http-route.ts';
import { createHttpServer } from './platform/http/http-server.ts';
import { AllowedOrigins } from './platform/http/origins.ts';
import { webApp } from './platform/http/web-app.ts';
import { JobQueue } from './platform/jobs/job-queue.ts';
import { BrowserCookie } from './platform/oauth/browser-cookie.ts';
import { IdentityProviders } from './platform/oauth/identity-providers.ts';
import { oauthRoutes } from './platform/oauth/oauth.routes.ts';
import { OauthFlow } from './platform/oauth/oauth-flow.ts';
import { openPostgres, type Postgres } from './platform/postgres/open-postgres.ts';
import { HintBus } from './platform/realtime/hint-bus.ts';
import { writeShares } from './platform/realtime/log-writer.repository.ts';
import { LogWriter } from './platform/realtime/log-writer.ts';
import { SessionFeeds } from './platform/realtime/session-feeds.ts';
import { SessionLogRepository } from './platform/realtime/session-log.repository.ts';
import { socketGate } from './platform/realtime/socket-gate.ts';
import { SocketSessions } from './platform/realtime/socket-sessions.ts';
import { type SocketServer, serveWebSockets } from './platform/realtime/web-sockets.ts';
import { loadSigningSecret } from './platform/secrets/signing-secret.ts';
import { createLogger, type Logger } from './platform/telemetry/logger.ts';
import { createMetrics, type Metrics } from './platform/telemetry/metrics.ts';
import type { Caller } from './platform/trpc/context.ts';
import type { Services } from './services.ts';

const version = '0.1.0';

const system: Operation = { principal: { kind: 'system' } };

export interface Roles {
  /** HTTP and WebSocket. */
  readonly server: boolean;
  /** Runs and jobs. */
  readonly worker: boolean;
}

/** The program, put together but not started. */
export interface Program {
  readonly services: Services;
  readonly postgres: Postgres;
  readonly origins: AllowedOrigins;
  readonly routes: readonly HttpRoute[];
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly compactor: Compactor;
  readonly supervisor: RunSupervisor;
  /** Starts the roles. With `server`: resolves with the listening server. */
  start(): Promise<Server | null>;
  /** Refuses new work, hands over what is under way, and closes everything. */
  stop(): Promise<void>;
}

export interface ComposeOptions {
  readonly config: Config;
  readonly roles: Roles;
  readonly clock?: Clock;
  /** Where the built web app lies. */
  readonly webDirectory: string;
}

/** The only place where things are constructed. */
export async function compose(options: ComposeOptions): Promise<Program> {
  const { config, roles, clock = systemClock } = options;
  const log = createLogger(config.logLevel);
  const metrics = createMetrics();
  const secret = await loadSigningSecret(config.auth.secret, config.dataDirectory);
  const postgres = await openPostgres({ ...config, log });
  const { db, pool, connection } = postgres;
  await migrate(db);

  const hints = new HintBus(connection, log);
  const eventLog = new SessionLogRepository(db);
  const feeds = new SessionFeeds({ db, repository: eventLog, hints, log });
  const writer = new LogWriter({
    store: {
      write: (shares) => writeShares(pool, shares),
      writerCount: (sessionId, fence) => eventLog.writerCount(system, sessionId, fence),
    },
    publish: (sessionId, events) => feeds.publish(sessionId, events),
    log,
    metrics,
  });
  const jobs = new JobQueue({ db, pool, log, isWorker: roles.worker });

  const users = new UsersRepository(db);
  const signIns = new SignInsRepository(db);
  const oauthStates = new OauthStatesRepository(db);
  const expiredSignIns = new ExpiredSignIns([signIns, oauthStates], log);
  const auth = new AuthService({
    db,
    users,
    signIns,
    hasher: new PasswordHasher(),
    tokens: new AccessTokens(deriveKey(secret, 'access-token'), config.auth.accessTokenSeconds),
    successorKey: deriveKey(secret, 'refresh-successor'),
    hints,
    clock,
    log,
    isRegistrationOpen: config.auth.isRegistrationOpen,
  });

  const files = new WorkspaceFiles(config.dataDirectory);
  await files.open(60 * 60_000);
  const sessionRows = new SessionsRepository(db);
  const messageRows = new MessagesRepository(db);
  const runRows = new RunsRepository(db);
  const uploads = new UploadsRepository(db);
  const runs = new RunsService({ db, runs: runRows, messages: messageRows, sessionRows, feeds, hints, jobs, clock });
  const sessions = new SessionsService({
    db,
    sessions: sessionRows,
    feeds,
    hints,
    clock,
    endings: {
      stopRuns: (op, sessionId) => runs.stopAll(op, sessionId),
      removeWorkspace: (sessionId) => files.remove(sessionId),
    },
  });
  const transcripts = new TranscriptsService({
    db,
    sessions,
    sessionRows,
    transcripts: new TranscriptsRepository(db),
    eventLog,
  });
  const messages = new MessagesService({
    db,
    sessions,
    sessionRows,
    messages: messageRows,
    uploads,
    runs,
    feeds,
    hints,
    clock,
  });
  const workspaces = new WorkspacesService({ db, sessions, files, uploads, feeds, clock, limits: config.limits });

  const model = createModel(config, clock);
  const supervisor = new RunSupervisor(
    {
      db,
      feeds,
      eventLog,
      writer,
      messages: messageRows,
      runs: runRows,
      transcripts,
      sessionRows,
      model,
      systemPrompt,
      hints,
      clock,
      log,
      metrics,
      toolsFor: (sessionId) =>
        workspaceTools(
          new SessionWorkspace({
            files,
            sessionId,
            limits: config.limits,
            onChanged: (changes) => workspaces.announce(system, sessionId, changes),
          }),
          {
            save: (items) =>
              db.transaction(system, async (op) => {
                await sessionRows.saveTodos(op, sessionId, items);
                await feeds.append(op, sessionId, [{ type: 'todos.updated', items: [...items] }]);
              }),
          },
        ),
    },
    { concurrency: config.limits.concurrentRuns },
  );
  const compactor = new Compactor({ db, runs: runRows, log, afterMs: config.compactAfterMs });

  const isSecure = config.http.publicUrl?.startsWith('https:') ?? false;
  const refreshCookie = isSecure ? '__Host-atelier_refresh' : 'atelier_refresh';
  const origins = new AllowedOrigins(config.http.publicUrl, config.http.port);
  const providers = new IdentityProviders(config.oauth);
  const oauth = new OauthFlow({
    providers,
    states: oauthStates,
    outcome: new OauthSignInService({
      db,
      users,
      auth,
      // Nothing acts at a provider for anybody yet, so nothing of it is kept.
      sealTokens: async () => undefined,
      clock,
      isRegistrationOpen: config.auth.isRegistrationOpen,
      refreshCookie,
    }),
    cookie: new BrowserCookie({ isSecure }),
    publicUrl: () => origins.publicUrl,
    clock,
    log,
  });
  const services: Services = {
    log,
    metrics,
    auth,
    oauth,
    refreshCookie,
    system: new SystemService({
      hasUsers: (op) => users.hasAny(op),
      model,
      signInProviders: providers.list,
      version,
      limits: config.limits,
    }),
    sessions,
    transcripts,
    messages,
    runs,
    workspaces,
    feeds,
    hints,
  };

  let isDraining = false;
  const authenticate = (caller: Caller) => auth.authenticate(system, caller.accessToken);
  const isReady = async () =>
    !isDraining &&
    (await db.query(system, 'SELECT 1', []).then(
      () => true,
      () => false,
    ));
  const routes = [
    ...healthRoutes({ isReady, metrics, metricsToken: config.metricsToken }),
    ...filesRoutes(workspaces),
    ...oauthRoutes(oauth, origins),
  ];
  const sockets = new SocketSessions(hints);
  let server: Server | null = null;
  let socketServer: SocketServer | null = null;

  const contextOf = (caller: Caller) => ({
    caller,
    op: { principal: { kind: 'anonymous' }, requestId: caller.requestId } as const,
    services,
    authenticate,
  });

  async function listen(): Promise<Server> {
    const http = createHttpServer({
      router: appRouter,
      routes,
      origins,
      trustedProxies: config.http.trustedProxies,
      isSecure,
      authenticate,
      isDraining: () => isDraining,
      createContext: (request: Request, response: Response, caller: Caller) => ({
        ...contextOf(caller),
        cookies: cookieJar(request, response, isSecure),
        gate: null,
      }),
      webApp: webApp(options.webDirectory),
      log,
    });
    socketServer = serveWebSockets({
      server: http,
      router: appRouter,
      origins,
      sockets,
      log,
      metrics,
      createContext: (request: IncomingMessage, socket: WebSocket, params: unknown) => {
        const token = tokenIn(params);
        const caller = callerOf(request, config.http.trustedProxies, token);
        sockets.add(request, socket);
        if (token !== null) {
          auth
            .readToken(token)
            .then((claims) => sockets.bind(request, claims.sid, new Date(claims.exp * 1000)))
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
    services,
    postgres,
    origins,
    routes,
    log,
    metrics,
    compactor,
    supervisor,
    async start() {
      await hints.open();
      feeds.open();
      await jobs.start();
      if (roles.worker) {
        supervisor.start();
        compactor.start();
        expiredSignIns.start();
        await jobs.work('run', async ({ runId }) => void (await supervisor.offer(runId)));
      }
      if (roles.server) server = await listen();
      return server;
    },
    async stop() {
      isDraining = true;
      socketServer?.drain();
      compactor.stop();
      expiredSignIns.stop();
      if (roles.worker) await supervisor.drain(config.stopGraceMs);
      await socketServer?.close();
      if (server) {
        const closing = server;
        closing.closeIdleConnections();
        const timer = setTimeout(() => closing.closeAllConnections(), 2000);
        await new Promise<void>((resolve) => closing.close(() => resolve()));
        clearTimeout(timer);
      }
      await jobs.stop();
      feeds.close();
      await hints.close();
      await postgres.close();
    },
  };
}

function createModel(config: Config, clock: Clock): Model {
  if (config.model) return createOpenAiCompatibleModel(config.model);
  return createOfflineModel({ clock, wordMs: config.offlineWordMs });
}

/** A token in the first frame; what is not a text is no token. */
function tokenIn(params: unknown): string | null {
  if (typeof params !== 'object' || params === null) return null;
  const token: unknown = Reflect.get(params, 'token');
  return typeof token === 'string' ? token : null;
}

/** Where the web app is built to, as seen from the bundled program. */
export function webDirectoryFrom(programDirectory: string): string {
  return path.resolve(programDirectory, '../../web/dist');
}
