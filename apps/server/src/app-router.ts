import { agentsRouter, organisationAgentsRouter } from './modules/agents/index.ts';
import { approvalsRouter } from './modules/approvals/index.ts';
import { auditRouter } from './modules/audit/index.ts';
import { apiKeysRouter, authRouter, passkeysRouter, secondFactorRouter } from './modules/auth/index.ts';
import { checkpointsRouter } from './modules/checkpoints/index.ts';
import { installationRouter } from './modules/installation/index.ts';
import { limitsRouter } from './modules/limits/index.ts';
import { mcpRouter, organisationMcpRouter } from './modules/mcp/index.ts';
import { messagesRouter } from './modules/messages/index.ts';
import { chainsRouter, installationChainsRouter, modelsRouter, providersRouter } from './modules/models/index.ts';
import { invitationsRouter, organisationsRouter } from './modules/organisations/index.ts';
import { organisationPipelinesRouter, pipelinesRouter } from './modules/pipelines/index.ts';
import { runsRouter } from './modules/runs/index.ts';
import { sessionsRouter } from './modules/sessions/index.ts';
import { systemRouter } from './modules/system/index.ts';
import { terminalsRouter } from './modules/terminals/index.ts';
import { tracesRouter } from './modules/traces/index.ts';
import { budgetsRouter, usageRouter } from './modules/usage/index.ts';
import { filesRouter } from './modules/workspaces/index.ts';
import { router } from './procedures.ts';

export const appRouter = router({
  agents: agentsRouter,
  apiKeys: apiKeysRouter,
  approvals: approvalsRouter,
  audit: auditRouter,
  auth: authRouter,
  budgets: budgetsRouter,
  chains: chainsRouter,
  checkpoints: checkpointsRouter,
  files: filesRouter,
  installation: installationRouter,
  installationChains: installationChainsRouter,
  invitations: invitationsRouter,
  limits: limitsRouter,
  mcp: mcpRouter,
  messages: messagesRouter,
  models: modelsRouter,
  organisationAgents: organisationAgentsRouter,
  organisationPipelines: organisationPipelinesRouter,
  organisationMcp: organisationMcpRouter,
  organisations: organisationsRouter,
  passkeys: passkeysRouter,
  pipelines: pipelinesRouter,
  providers: providersRouter,
  runs: runsRouter,
  secondFactor: secondFactorRouter,
  sessions: sessionsRouter,
  system: systemRouter,
  terminals: terminalsRouter,
  traces: tracesRouter,
  usage: usageRouter,
});

/** The API's types: what `@atelier/client` and the web app are checked against. */
export type AppRouter = typeof appRouter;
