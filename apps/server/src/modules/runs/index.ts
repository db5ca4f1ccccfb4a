export { Compactor } from './compactor.ts';
export { RunSupervisor } from './run-supervisor.ts';
export { RunsRepository } from './runs.repository.ts';
export { runsRouter } from './runs.router.ts';
export { RunsService } from './runs.service.ts';
