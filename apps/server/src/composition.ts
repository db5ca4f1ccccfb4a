import type { Server } from 'node:http';
import path from 'node:path';
import { subagentTool } from '@atelier/agent/tools/run-subagent';
import type { Operation } from '@atelier/entities/operation';
import { composeAgent } from './composition/agent.ts';
import { openFoundation } from './composition/foundation.ts';
import { composeIdentity } from './composition/identity.ts';
import { composeMcp } from './composition/mcp.ts';
import { composeModels } from './composition/models.ts';
import type { ComposeOptions } from './composition/options.ts';
import { composeOrganisations } from './composition/organisations.ts';
import { composePipelines } from './composition/pipelines.ts';
import { composeSessionTools } from './composition/session-tools.ts';
import { composeSessions } from './composition/sessions.ts';
import { openStorage } from './composition/storage.ts';
import { composeUsage } from './composition/usage.ts';
import { version } from './composition/version.ts';
import { composeWeb } from './composition/web.ts';
import { AgentsService } from './modules/agents/index.ts';
import type { AuditLog, Refusals } from './modules/audit/index.ts';
import { auditExportRoutes } from './modules/audit/index.ts';
import { LimitsService } from './modules/limits/index.ts';
import type { Compactor, RunSupervisor } from './modules/runs/index.ts';
import { healthRoutes, PolicyReports, policyReportsRoutes, SystemService } from './modules/system/index.ts';
import { RunSearchRepository, type SpanRecorder, TracesService } from './modules/traces/index.ts';
import { usageExportRoutes } from './modules/usage/index.ts';
import { filesRoutes, type WorkspaceUse } from './modules/workspaces/index.ts';
import type { HttpRoute } from './platform/http/http-route.ts';
import type { AllowedOrigins } from './platform/http/origins.ts';
import type { Mailer } from './platform/mail/mailer.ts';
import { oauthRoutes } from './platform/oauth/oauth.routes.ts';
import type { Postgres } from './platform/postgres/open-postgres.ts';
import { Turns } from './platform/rate-limit/turns.ts';
import type { Logger } from './platform/telemetry/logger.ts';
import type { Metrics } from './platform/telemetry/metrics.ts';
import type { Services } from './services.ts';

/** An organisation that there is not: it may use what everybody may. */
const nobody = '00000000-0000-0000-0000-000000000000';

const system: Operation = { principal: { kind: 'system' } };
/** Of one person. Half of the connections that serve people: one alone cannot hold up all others. */
const callsAtOnce = 6;

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
  readonly workspaceUse: WorkspaceUse;
  readonly spans: SpanRecorder;
  /** A link that makes whoever opens it the owner, for the terminal only; null when there is one. */
  newSetupLink(): Promise<string | null>;
  /** Starts the roles. With `server`: resolves with the listening server. */
  start(): Promise<Server | null>;
  /** Refuses new work, hands over what is under way, and closes everything. */
  stop(): Promise<void>;
}

/** Things are constructed here and in `composition/`, and nowhere else. */
export async function compose(options: ComposeOptions): Promise<Program> {
  const { config, roles } = options;
  const foundation = await openFoundation(options);
  const { log, metrics, postgres, db, hints, feeds, jobs, mailer, auditLog, refusals, audit, settings } = foundation;
  const { limitStore, limiter, leases, endedLimits, auditRetention, origins } = foundation;
  const storage = await openStorage(foundation);
  const { sandbox, background } = storage;
  const identity = composeIdentity(foundation, (op, token) => tenants.invitations.offered(op, token));
  const { users, owner, providers, oauth, expiredSignIns } = identity;
  const tenants = composeOrganisations(foundation, identity, storage.remove);
  const { organisations, members, invitations, archivedOrganisations } = tenants;
  const models = composeModels(foundation);
  const { modelServices, runModels, toProviders } = models;
  const mcp = composeMcp(foundation, storage);
  const conversations = composeSessions(foundation, identity, storage, models, mcp);
  const { sessions, transcripts, messages, runs, runRequests, approvalRules, agentRows } = conversations;
  const { checkpoints, forks, restorations, workspaces, workspaceUse, terminals } = conversations;
  const { pipelineWorker, ...pipelineServices } = composePipelines(foundation, conversations);
  const money = composeUsage(foundation, conversations);
  const tools = composeSessionTools(foundation, storage, conversations, mcp);
  const agent = composeAgent(foundation, storage, conversations, models, money, tools.toolsFor);
  const { spanRows, spans, supervisor, compactor } = agent;

  const services: Services = {
    log,
    metrics,
    limiter,
    turns: new Turns(callsAtOnce),
    refusals,
    auth: identity.auth,
    registration: identity.registration,
    passwordReset: identity.passwordReset,
    ownAccount: identity.ownAccount,
    signIns: identity.signIns,
    owner,
    people: identity.people,
    settings,
    audit,
    organisations,
    members,
    invitations,
    oauth,
    refreshCookie: identity.refreshCookie,
    limits: new LimitsService(limiter),
    registrationCookie: identity.registrationCookie,
    factorCookie: identity.factorCookie,
    passkeyCookie: identity.passkeyCookie,
    secondFactor: identity.secondFactor,
    secondFactors: identity.secondFactors,
    ceremonies: identity.ceremonies,
    passkeys: identity.passkeys,
    devices: identity.devices,
    confirmation: identity.confirmation,
    linkedAccounts: identity.linkedAccounts,
    apiKeys: identity.apiKeys,
    system: new SystemService({
      hasUsers: (op) => users.hasAny(op),
      hasOwner: (op) => owner.exists(op),
      registration: async () => (await settings.current()).registration.mode,
      isMailOn: mailer.isOn,
      modelOf: async (op, organisationId) => (await runModels.of(op, organisationId ?? nobody, null)).models[0],
      sandbox: sandbox.state,
      signInProviders: providers.list,
      version,
      limits: config.limits,
      modelStallMs: config.modelStallMs,
    }),
    sessions,
    transcripts,
    messages,
    runs,
    runRequests,
    approvalRules,
    agents: new AgentsService({
      ...foundation,
      agents: agentRows,
      models: modelServices.availableModels,
      sessions,
      audit: auditLog,
    }),
    agentTools: [...tools.builtIn(nobody), subagentTool],
    ...pipelineServices,
    checkpoints,
    forks,
    restorations,
    workspaces,
    terminals,
    traces: new TracesService({ spans: spanRows, search: new RunSearchRepository(db) }),
    ...money,
    ...modelServices,
    ...mcp.services,
    feeds,
    hints,
  };

  let isDraining = false;
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
    ...usageExportRoutes(money.usage),
    ...oauthRoutes(oauth, origins),
  ];
  const web = composeWeb(foundation, identity, {
    services,
    routes,
    webDirectory: options.webDirectory,
    isDraining: () => isDraining,
  });
  let server: Server | null = null;

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
    workspaceUse,
    spans,
    newSetupLink: () => owner.newSetupLink(system),
    async start() {
      await hints.open();
      feeds.open();
      await jobs.start();
      await limitStore.open();
      workspaceUse.start();
      if (roles.worker) {
        supervisor.start();
        pipelineWorker.start();
        compactor.start();
        expiredSignIns.start();
        archivedOrganisations.start();
        auditRetention.start();
        endedLimits.start();
        await jobs.work('run', async ({ runId, sessionId }) => await supervisor.startNext(sessionId, runId));
        await mailer.work();
      }
      if (roles.server) {
        await leases.start();
        policyReports.start();
        web.sockets.start();
        terminals.start();
        server = await web.listen();
      }
      return server;
    },
    async stop() {
      isDraining = true;
      web.drain();
      compactor.stop();
      expiredSignIns.stop();
      archivedOrganisations.stop();
      auditRetention.stop();
      endedLimits.stop();
      policyReports.stop();
      web.sockets.stop();
      if (roles.worker) await supervisor.drain(config.stopGraceMs);
      await pipelineWorker.stop();
      await spans.stop();
      await models.health.stop();
      workspaceUse.stop();
      await background.close();
      await mcp.close();
      await terminals.stop();
      await sandbox.close();
      await web.close();
      if (server) {
        const closing = server;
        closing.closeIdleConnections();
        const timer = setTimeout(() => closing.closeAllConnections(), 2000);
        await new Promise<void>((resolve) => closing.close(() => resolve()));
        clearTimeout(timer);
      }
      if (roles.server) await leases.stop();
      limitStore.close();
      await tools.close();
      await toProviders.close();
      await refusals.settled();
      await jobs.stop();
      feeds.close();
      await hints.close();
      await postgres.close();
    },
  };
}

/** Where the web app is built to, as seen from the bundled program. */
export function webDirectoryFrom(programDirectory: string): string {
  return path.resolve(programDirectory, '../../web/dist');
}
