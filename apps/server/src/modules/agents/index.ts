export { AgentsRepository } from './agents.repository.ts';
export { agentsRouter, organisationAgentsRouter } from './agents.router.ts';
export { AgentsService } from './agents.service.ts';
export { RunAgents } from './run-agents.ts';
