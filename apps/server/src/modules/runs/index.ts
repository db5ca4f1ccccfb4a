export { Compactor } from './compactor.ts';
export { RunRequestsRepository } from './run-requests.repository.ts';
export { RunRequestsService } from './run-requests.service.ts';
export { RunSupervisor } from './run-supervisor.ts';
export { RunsRepository } from './runs.repository.ts';
export { runsRouter } from './runs.router.ts';
export { RunsService } from './runs.service.ts';
