import type { IncomingMessage, Server } from 'node:http';
import path from 'node:path';
import { createOfflineModel } from '@atelier/agent/models/offline';
import type { TodoStore } from '@atelier/agent/ports';
import { systemPrompt } from '@atelier/agent/system-prompt';
import { askUser } from '@atelier/agent/tools/ask-user';
import { commandTools } from '@atelier/agent/tools/command-tools';
import { workspaceTools } from '@atelier/agent/tools/workspace-tools';
import type { FileChange } from '@atelier/contracts/files';
import { migrate } from '@atelier/entities/migrate';
import type { Operation } from '@atelier/entities/operation';
import { type Clock, systemClock } from '@atelier/kernel/clock';
import { openSandbox } from '@atelier/sandbox/open-sandbox';
import type { NetworkAccess, SandboxLimits } from '@atelier/sandbox/ports';
import { workspaceOwner } from '@atelier/sandbox/workspace-owner';
import type { Request, Response } from 'express';
import type { WebSocket } from 'ws';
import { appRouter } from './app-router.ts';
import type { Config } from './config.ts';
import { ApprovalRulesRepository, ApprovalRulesService } from './modules/approvals/index.ts';
import {
  AuditChain,
  AuditLog,
  AuditLogRepository,
  AuditRetention,
  AuditService,
  auditExportRoutes,
  Refusals,
} from './modules/audit/index.ts';
import {
  AccessTokens,
  AccountThrottle,
  ApiKeysRepository,
  ApiKeysService,
  Authentication,
  AuthService,
  ChallengeCookie,
  ConfirmationService,
  CredentialsRepository,
  DevicesService,
  ExpiredSignIns,
  ExternalAccountsRepository,
  ExternalTokens,
  FailedCodes,
  LinkedAccountsService,
  OauthSignInService,
  OauthStatesRepository,
  OneTimeTokens,
  OneTimeTokensRepository,
  OwnAccountService,
  PasskeyCeremonies,
  PasskeysRepository,
  PasskeysService,
  PasswordHasher,
  PasswordPolicy,
  PasswordResetService,
  Policy,
  RecoveryCodesRepository,
  RegistrationService,
  SecondFactorSignInService,
  SecondFactorsService,
  SecondFactorTriesRepository,
  SignInFailuresRepository,
  SignInsRepository,
  SignInsService,
  StandingCredentials,
  TotpSecretsRepository,
  UsersRepository,
  WaysInRepository,
} from './modules/auth/index.ts';
import { CheckpointsRepository, CheckpointsService, SnapshotStore } from './modules/checkpoints/index.ts';
import {
  OwnerRepository,
  OwnerService,
  PeopleRepository,
  PeopleService,
  SettingsRepository,
  SettingsService,
} from './modules/installation/index.ts';
import { LimitsService } from './modules/limits/index.ts';
import { MessagesRepository, MessagesService } from './modules/messages/index.ts';
import {
  AvailableModelsService,
  CatalogRepository,
  ChainsRepository,
  ChainsService,
  ModelCatalog,
  ModelsRepository,
  ModelsService,
  ProviderAccessRepository,
  ProviderAccessService,
  ProviderBreakers,
  ProviderChecksService,
  ProviderKeys,
  ProvidersRepository,
  ProvidersService,
  providerGateway,
  RunModels,
} from './modules/models/index.ts';
import {
  ArchivedOrganisations,
  InvitationsRepository,
  InvitationsService,
  MembersRepository,
  MembersService,
  OrganisationsRepository,
  OrganisationsService,
} from './modules/organisations/index.ts';
import {
  Compactor,
  RunRequestsRepository,
  RunRequestsService,
  RunSupervisor,
  RunsRepository,
  RunsService,
} from './modules/runs/index.ts';
import {
  SessionsRepository,
  SessionsService,
  TranscriptsRepository,
  TranscriptsService,
} from './modules/sessions/index.ts';
import { healthRoutes, PolicyReports, policyReportsRoutes, SystemService } from './modules/system/index.ts';
import { OpenTerminals, TerminalRightsRepository, TerminalsService } from './modules/terminals/index.ts';
import {
  OtlpExport,
  RunSearchRepository,
  SpanRecorder,
  SpansRepository,
  TracesService,
} from './modules/traces/index.ts';
import {
  BackgroundProcesses,
  filesRoutes,
  ReadyWorkspaces,
  SessionShell,
  SessionWorkspace,
  UploadsRepository,
  WorkspaceFiles,
  WorkspacesService,
} from './modules/workspaces/index.ts';
import { openEgress } from './platform/egress/egress.ts';
import { callerOf } from './platform/http/caller.ts';
import { cookieJar } from './platform/http/cookies.ts';
import type { HttpRoute } from './platform/http/http-route.ts';
import { createHttpServer } from './platform/http/http-server.ts';
import { AllowedOrigins } from './platform/http/origins.ts';
import { webApp } from './platform/http/web-app.ts';
import { JobQueue } from './platform/jobs/job-queue.ts';
import { FileTransport } from './platform/mail/file-transport.ts';
import type { MailTransport } from './platform/mail/mail-transport.ts';
import type { Mailer } from './platform/mail/mailer.ts';
import { QueuedMailer } from './platform/mail/queued-mailer.ts';
import { SmtpTransport } from './platform/mail/smtp-transport.ts';
import { BrowserCookie } from './platform/oauth/browser-cookie.ts';
import { IdentityProviders } from './platform/oauth/identity-providers.ts';
import { oauthRoutes } from './platform/oauth/oauth.routes.ts';
import { OauthFlow } from './platform/oauth/oauth-flow.ts';
import { openPostgres, type Postgres } from './platform/postgres/open-postgres.ts';
import { EndedLimits } from './platform/rate-limit/ended-limits.ts';
import { LateRefusals } from './platform/rate-limit/late-refusals.ts';
import { postgresLimits, redisLimits } from './platform/rate-limit/limit-stores.ts';
import { RateLimiter } from './platform/rate-limit/rate-limiter.ts';
import { RateLimitsRepository } from './platform/rate-limit/rate-limits.repository.ts';
import { Turns } from './platform/rate-limit/turns.ts';
import { HintBus } from './platform/realtime/hint-bus.ts';
import { writeShares } from './platform/realtime/log-writer.repository.ts';
import { LogWriter } from './platform/realtime/log-writer.ts';
import { SessionFeeds } from './platform/realtime/session-feeds.ts';
import { SessionLogRepository } from './platform/realtime/session-log.repository.ts';
import { SocketAdmission } from './platform/realtime/socket-admission.ts';
import { socketGate } from './platform/realtime/socket-gate.ts';
import { SocketLeasesRepository } from './platform/realtime/socket-leases.repository.ts';
import { SocketLeases } from './platform/realtime/socket-leases.ts';
import { SocketSessions } from './platform/realtime/socket-sessions.ts';
import { type SocketServer, serveWebSockets } from './platform/realtime/web-sockets.ts';
import { KeyRing } from './platform/secrets/key-ring.ts';
import { loadEncryptionKeys } from './platform/secrets/key-sources.ts';
import { SigningKeys } from './platform/secrets/signing-keys.ts';
import { loadSigningSecret } from './platform/secrets/signing-secret.ts';
import { createLogger, type Logger } from './platform/telemetry/logger.ts';
import { createMetrics, type Metrics } from './platform/telemetry/metrics.ts';
import type { Authorise, Caller } from './platform/trpc/context.ts';
import type { Services } from './services.ts';

const version = '0.1.0';
/** An organisation that there is not: it may use what everybody may. */
const nobody = '00000000-0000-0000-0000-000000000000';

const system: Operation = { principal: { kind: 'system' } };
/** Of one person. Half of the connections that serve people: one alone cannot hold up all others. */
const callsAtOnce = 6;

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
  readonly mailer: Mailer;
  readonly auditLog: AuditLog;
  readonly refusals: Refusals;
  readonly policyReports: PolicyReports;
  readonly compactor: Compactor;
  readonly supervisor: RunSupervisor;
  readonly spans: SpanRecorder;
  /** A link that makes whoever opens it the owner, for the terminal only; null when there is one. */
  newSetupLink(): Promise<string | null>;
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
  const signingKeys = new SigningKeys([
    await loadSigningSecret(config.auth.secret, config.dataDirectory),
    ...(config.auth.previousSecret === null ? [] : [new TextEncoder().encode(config.auth.previousSecret)]),
  ]);
  const keys = new KeyRing(await loadEncryptionKeys(config.encryptionKeys, config.dataDirectory));
  const postgres = await openPostgres({ ...config, log });
  const { db, pool, connection } = postgres;
  await migrate(db);
  await db.openToMembers();

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

  const mailer = new QueuedMailer({ jobs, keys, transport: createMailTransport(config, log), log });
  const auditRows = new AuditLogRepository(db);
  const auditChain = new AuditChain(keys);
  const auditLog = new AuditLog({ db, rows: auditRows, chain: auditChain, clock });
  const refusals = new Refusals(auditLog, log);
  const audit = new AuditService({ db, rows: auditRows, chain: auditChain, log: auditLog });
  const settings = new SettingsService({
    db,
    rows: new SettingsRepository(db),
    audit: auditLog,
    hints,
    clock,
    defaults: config.installation,
  });

  const limitStore = config.redisUrl ? redisLimits(config.redisUrl, log) : postgresLimits(pool, log);
  const limiter = new RateLimiter({
    store: limitStore,
    points: config.limitPoints,
    key: signingKeys.newest('limit-subject').key,
  });
  const lateRefusals = new LateRefusals(config.limitPoints.refusals);
  const endedLimits = new EndedLimits(new RateLimitsRepository(db), log);
  const leases = new SocketLeases({
    db,
    repository: new SocketLeasesRepository(db),
    serverId: hints.self,
    limit: config.limitPoints.open_sockets,
    log,
  });
  const admission = new SocketAdmission({ limiter, leases, metrics });

  const users = new UsersRepository(db);
  const signInRows = new SignInsRepository(db);
  const oauthStates = new OauthStatesRepository(db);
  const oneTimeRows = new OneTimeTokensRepository(db);
  const failedSignIns = new SignInFailuresRepository(db);
  const expiredSignIns = new ExpiredSignIns([signInRows, oauthStates, oneTimeRows, failedSignIns], log);
  const origins = new AllowedOrigins(config.http.publicUrl, config.http.port);
  const publicUrl = () => origins.publicUrl;
  const signIns = new SignInsService({
    db,
    users,
    signIns: signInRows,
    tokens: new AccessTokens(signingKeys.keysFor('access-token'), config.auth.accessTokenSeconds),
    signingKeys,
    settings,
    audit: auditLog,
    hints,
    mailer,
    clock,
    log,
    publicUrl,
  });
  const isSecure = config.http.publicUrl?.startsWith('https:') ?? false;
  const cookiePrefix = isSecure ? '__Host-' : '';
  const refreshCookie = `${cookiePrefix}atelier_refresh`;
  const factorCookie = new ChallengeCookie({ name: 'second_factor', isSecure });
  const passkeyCookie = new ChallengeCookie({ name: 'passkey', isSecure });
  const hasher = new PasswordHasher();
  const ways = new WaysInRepository(db);
  const passkeyRows = new PasskeysRepository(db);
  const totp = new TotpSecretsRepository(db);
  const recoveryCodes = new RecoveryCodesRepository(db);
  const failedCodes = new FailedCodes({
    db,
    rows: failedSignIns,
    clock,
    key: signingKeys.newest('limit-subject').key,
  });
  const ceremonies = new PasskeyCeremonies({
    tokens: oneTimeRows,
    passkeys: passkeyRows,
    audit: auditLog,
    clock,
    publicUrl,
  });
  const secondFactors = new SecondFactorsService({
    db,
    totp,
    recoveryCodes,
    passkeys: passkeyRows,
    ways,
    failedCodes,
    signIns,
    keys,
    audit: auditLog,
    mailer,
    clock,
    publicUrl,
  });
  const secondFactor = new SecondFactorSignInService({
    tokens: oneTimeRows,
    tries: new SecondFactorTriesRepository(db),
    factors: secondFactors,
    ceremonies,
    signIns,
    audit: auditLog,
    clock,
  });
  const passkeys = new PasskeysService({
    db,
    passkeys: passkeyRows,
    ceremonies,
    ways,
    totp,
    recoveryCodes,
    audit: auditLog,
    mailer,
    clock,
    publicUrl,
  });
  const confirmation = new ConfirmationService({
    db,
    signIns,
    ways,
    factors: secondFactors,
    ceremonies,
    failedCodes,
    hasher,
    audit: auditLog,
  });
  const apiKeys = new ApiKeysService({ db, keys: new ApiKeysRepository(db), audit: auditLog, hints, clock });
  const external = new ExternalTokens({
    issuers: config.externalIssuers,
    accounts: new ExternalAccountsRepository(db),
    log,
  });
  const authentication = new Authentication({
    signIns,
    apiKeys,
    external,
    count: (userId) => limiter.consume('procedures', userId),
  });
  const passwordPolicy = new PasswordPolicy();
  const oneTimeTokens = new OneTimeTokens(oneTimeRows, clock);
  const throttle = new AccountThrottle({
    db,
    failures: failedSignIns,
    audit: auditLog,
    clock,
    key: signingKeys.newest('failed-sign-in').key,
  });
  const auth = new AuthService({ db, users, secondFactor, hasher, throttle, audit: auditLog });
  /** What everything needs that makes or changes an account. */
  const accountDeps = {
    db,
    users,
    signIns,
    tokens: oneTimeTokens,
    hasher,
    policy: passwordPolicy,
    audit: auditLog,
    clock,
    publicUrl,
  };
  const registration = new RegistrationService({
    ...accountDeps,
    settings,
    mailer,
    invitationFor: (op, token) => invitations.offered(op, token),
  });
  const passwordReset = new PasswordResetService({
    ...accountDeps,
    credentials: new CredentialsRepository(db),
    throttle,
    mailer,
  });
  const ownAccount = new OwnAccountService({ ...accountDeps, throttle, mailer });
  const owner = new OwnerService({ ...accountDeps, owner: new OwnerRepository(db), hints });
  const people = new PeopleService({
    db,
    people: new PeopleRepository(db),
    signIns,
    resets: passwordReset,
    audit: auditLog,
    hints,
  });
  const providers = new IdentityProviders(config.oauth);
  const oauth = new OauthFlow({
    providers,
    limiter,
    states: oauthStates,
    outcome: new OauthSignInService({
      db,
      users,
      signIns,
      secondFactor,
      keys,
      settings,
      clock,
      refreshCookie,
      factorCookie,
    }),
    cookie: new BrowserCookie({ isSecure }),
    publicUrl,
    clock,
    log,
  });
  const organisationRows = new OrganisationsRepository(db);
  const memberRows = new MembersRepository(db);
  const organisations = new OrganisationsService({
    db,
    organisations: organisationRows,
    members: memberRows,
    signIns,
    audit: auditLog,
    hints,
    clock,
  });
  const members = new MembersService({
    db,
    organisations: organisationRows,
    members: memberRows,
    audit: auditLog,
    hints,
  });
  const invitations = new InvitationsService({
    db,
    organisations: organisationRows,
    members: memberRows,
    invitations: new InvitationsRepository(db),
    signIns,
    audit: auditLog,
    mailer,
    limiter,
    hints,
    clock,
    publicUrl,
  });
  const policy = new Policy(clock, async () => (await settings.current()).adminsNeedSecondFactor);

  const files = new WorkspaceFiles(config.dataDirectory, workspaceOwner());
  await files.open(60 * 60_000);
  const sandbox = await openSandbox({ workspaces: files.root });
  const background = new BackgroundProcesses();
  const readyWorkspaces = new ReadyWorkspaces(files, sandbox);
  const auditRetention = new AuditRetention({
    audit,
    retentionDays: async () => (await settings.current()).auditRetentionDays,
    clock,
    log,
  });
  const snapshots = new SnapshotStore({
    dataDirectory: config.dataDirectory,
    workspaces: files.root,
    owner: workspaceOwner(),
  });
  const archivedOrganisations = new ArchivedOrganisations({
    db,
    organisations: organisationRows,
    audit: auditLog,
    clock,
    log,
    removeWorkspace: async (sessionId) => {
      await files.remove(sessionId);
      await snapshots.remove(sessionId);
    },
  });
  const sessionRows = new SessionsRepository(db);
  const messageRows = new MessagesRepository(db);
  const runRows = new RunsRepository(db);
  const uploads = new UploadsRepository(db);
  const runs = new RunsService({
    db,
    runs: runRows,
    messages: messageRows,
    sessionRows,
    feeds,
    hints,
    jobs,
    limiter,
    clock,
  });
  const sessions = new SessionsService({
    db,
    sessions: sessionRows,
    feeds,
    hints,
    clock,
    audit: auditLog,
    endings: {
      stopRuns: (op, sessionId) => runs.stopAll(op, sessionId),
      removeWorkspace: async (sessionId) => {
        await background.stopAll(sessionId);
        await terminals.endAll(sessionId, 'Closed: the session was deleted.');
        await files.remove(sessionId);
        await snapshots.remove(sessionId);
      },
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
  const standing = new StandingCredentials(new CredentialsRepository(db));
  const workspaces = new WorkspacesService({
    db,
    sessions,
    files,
    uploads,
    feeds,
    clock,
    limits: config.limits,
    stillHold: (principals) => standing.stillHold(system, principals),
  });

  /** What a command of the agent and a shell of a person have in common. */
  const ofSandbox: { readonly limits: Partial<SandboxLimits>; readonly network: NetworkAccess } = {
    limits: { diskBytes: config.limits.workspaceBytes },
    network: config.sandboxHosts.length > 0 ? { kind: 'proxy', allow: config.sandboxHosts } : { kind: 'none' },
  };
  const terminals = new TerminalsService({
    sandbox,
    sessions,
    terminals: new OpenTerminals({ processId: hints.self, clock }),
    rights: new TerminalRightsRepository(db),
    workspaceOf: (sessionId) => readyWorkspaces.of(sessionId),
    announce: (sessionId) => workspaces.announce(system, sessionId, []),
    ...ofSandbox,
    hints,
    log,
  });

  const approvalRules = new ApprovalRulesService({
    db,
    rules: new ApprovalRulesRepository(db),
    sessions,
    audit: auditLog,
    clock,
    waitMs: config.approvalHours * 3_600_000,
  });
  const checkpoints = new CheckpointsService({
    db,
    rows: new CheckpointsRepository(db),
    store: snapshots,
    sessions,
    feeds,
    isThere: async (op, sessionId) => (await sessionRows.ownerOf(op, sessionId)) !== null,
    isBusy: async (op, sessionId) => (await runRows.unfinished(op, sessionId)).length > 0,
    stopProcesses: async (sessionId) => {
      await background.stopAll(sessionId);
      await terminals.endAll(sessionId, 'Closed: the files were put back to an earlier state.');
    },
    clock,
    log,
  });
  const runRequests = new RunRequestsService({
    db,
    runs: runRows,
    requests: new RunRequestsRepository(db),
    messages: messageRows,
    transcripts,
    rules: approvalRules,
    service: runs,
    feeds,
    hints,
    audit: auditLog,
    clock,
    log,
  });
  // What an administrator of the installation writes down may be in their own network: Ollama, vLLM, llama.cpp.
  const toProviders = openEgress({ allowPrivate: true, ports: null, maxBytes: 64 * 1024 * 1024, maxMs: 60 * 60_000 });
  const { fetch } = toProviders;
  const providerRows = new ProvidersRepository(db);
  const modelRows = new ModelsRepository(db);
  const chainRows = new ChainsRepository(db);
  const providerKeys = new ProviderKeys(keys);
  const catalogRows = new CatalogRepository(db);
  const modelDeps = {
    db,
    providers: providerRows,
    models: modelRows,
    keys: providerKeys,
    audit: auditLog,
    clock,
    fetch,
  };
  const modelCatalog = new ModelCatalog({ ...modelDeps, catalog: catalogRows, environment: config.model, log });
  const modelServices = {
    modelProviders: new ProvidersService(modelDeps),
    providerAccess: new ProviderAccessService({ ...modelDeps, access: new ProviderAccessRepository(db) }),
    providerChecks: new ProviderChecksService({ ...modelDeps, gateway: providerGateway }),
    models: new ModelsService(modelDeps),
    modelChains: new ChainsService({ ...modelDeps, chains: chainRows }),
    modelCatalog,
    availableModels: new AvailableModelsService({ models: modelRows, chains: chainRows, catalog: modelCatalog }),
  };
  const runModels = new RunModels(modelCatalog, createOfflineModel({ clock, wordMs: config.offlineWordMs }));

  const spanRows = new SpansRepository(db);
  const { otlp } = config.traces;
  const spans = new SpanRecorder({
    store: async (rows) => await spanRows.insert(system, rows),
    exporter: otlp && new OtlpExport(otlp, { version, log, metrics }),
    recordsContent: config.traces.content,
    clock,
    log,
    metrics,
  });

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
      modelsFor: (op, { organisationId }) => runModels.of(op, { organisationId, chainId: null, modelId: null }),
      health: new ProviderBreakers(clock),
      budgetOf: () => ({ check: async () => ({ kind: 'fine' }) }),
      approvalsOf: (runId) => approvalRules.approvalsOf(runId),
      requests: runRequests,
      checkpoints,
      systemPrompt,
      hints,
      clock,
      log,
      metrics,
      spans,
      toolsFor: (sessionId) => {
        const announce = (changes: readonly FileChange[]) => workspaces.announce(system, sessionId, changes);
        const workspace = new SessionWorkspace({ files, sessionId, limits: config.limits, onChanged: announce });
        const todos: TodoStore = {
          save: (items) =>
            db.transaction(system, async (op) => {
              await sessionRows.saveTodos(op, sessionId, items);
              await feeds.append(op, sessionId, [{ type: 'todos.updated', items: [...items] }]);
            }),
        };
        const shell = new SessionShell({
          sandbox,
          sessionId,
          workspace: () => readyWorkspaces.of(sessionId),
          background,
          ...ofSandbox,
          write: (path, text) => workspace.writeText(path, text),
          onChanged: () => announce([]),
        });
        return [...workspaceTools(workspace, todos), askUser(), ...(sandbox.state.isProven ? commandTools(shell) : [])];
      },
    },
    { concurrency: config.limits.concurrentRuns },
  );
  const compactor = new Compactor({ db, runs: runRows, log, afterMs: config.compactAfterMs });

  const services: Services = {
    log,
    metrics,
    limiter,
    turns: new Turns(callsAtOnce),
    refusals,
    auth,
    registration,
    passwordReset,
    ownAccount,
    signIns,
    owner,
    people,
    settings,
    audit,
    organisations,
    members,
    invitations,
    oauth,
    refreshCookie,
    limits: new LimitsService(limiter),
    registrationCookie: `${cookiePrefix}atelier_registration`,
    factorCookie,
    passkeyCookie,
    secondFactor,
    secondFactors,
    ceremonies,
    passkeys,
    devices: new DevicesService({ db, signIns, audit: auditLog }),
    confirmation,
    linkedAccounts: new LinkedAccountsService({ db, ways, audit: auditLog }),
    apiKeys,
    system: new SystemService({
      hasUsers: (op) => users.hasAny(op),
      hasOwner: (op) => owner.exists(op),
      registration: async () => (await settings.current()).registration.mode,
      isMailOn: mailer.isOn,
      modelOf: async (op, organisationId) =>
        (await runModels.of(op, { organisationId: organisationId ?? nobody, chainId: null, modelId: null }))[0],
      sandbox: sandbox.state,
      signInProviders: providers.list,
      version,
      limits: config.limits,
    }),
    sessions,
    transcripts,
    messages,
    runs,
    runRequests,
    approvalRules,
    checkpoints,
    workspaces,
    terminals,
    traces: new TracesService({ spans: spanRows, search: new RunSearchRepository(db) }),
    ...modelServices,
    feeds,
    hints,
  };

  let isDraining = false;
  const authenticate = async (caller: Caller) =>
    (await authentication.authenticate(system, caller.accessToken)).principal;
  const authorise: Authorise = (principal, permission) => policy.check(principal, permission);
  const isReady = async () =>
    !isDraining &&
    (await db.query(system, 'SELECT 1', []).then(
      () => true,
      () => false,
    ));
  const policyReports = new PolicyReports(log, metrics);
  const routes = [
    ...healthRoutes({ isReady, metrics, origins, metricsToken: config.metricsToken }),
    ...policyReportsRoutes(policyReports),
    ...filesRoutes(workspaces),
    ...auditExportRoutes(audit),
    ...oauthRoutes(oauth, origins),
  ];
  const sockets = new SocketSessions({ hints, stillHold: (principals) => standing.stillHold(system, principals), log });
  let server: Server | null = null;
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
    services,
    postgres,
    origins,
    routes,
    log,
    metrics,
    mailer,
    auditLog,
    refusals,
    policyReports,
    compactor,
    supervisor,
    spans,
    newSetupLink: () => owner.newSetupLink(system),
    async start() {
      await hints.open();
      feeds.open();
      await jobs.start();
      await limitStore.open();
      if (roles.worker) {
        supervisor.start();
        compactor.start();
        expiredSignIns.start();
        archivedOrganisations.start();
        auditRetention.start();
        endedLimits.start();
        await jobs.work('run', async ({ runId }) => void (await supervisor.offer(runId)));
        await mailer.work();
      }
      if (roles.server) {
        await leases.start();
        policyReports.start();
        sockets.start();
        terminals.start();
        server = await listen();
      }
      return server;
    },
    async stop() {
      isDraining = true;
      socketServer?.drain();
      compactor.stop();
      expiredSignIns.stop();
      archivedOrganisations.stop();
      auditRetention.stop();
      endedLimits.stop();
      policyReports.stop();
      sockets.stop();
      if (roles.worker) await supervisor.drain(config.stopGraceMs);
      await spans.stop();
      await background.close();
      await terminals.stop();
      await sandbox.close();
      await socketServer?.close();
      if (server) {
        const closing = server;
        closing.closeIdleConnections();
        const timer = setTimeout(() => closing.closeAllConnections(), 2000);
        await new Promise<void>((resolve) => closing.close(() => resolve()));
        clearTimeout(timer);
      }
      if (roles.server) await leases.stop();
      limitStore.close();
      await toProviders.close();
      await refusals.settled();
      await jobs.stop();
      feeds.close();
      await hints.close();
      await postgres.close();
    },
  };
}

function createMailTransport(config: Config, log: Logger): MailTransport {
  const { smtp, from } = config.mail;
  if (smtp) return new SmtpTransport({ ...smtp, from });
  return new FileTransport({ dataDirectory: config.dataDirectory, from, log });
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
