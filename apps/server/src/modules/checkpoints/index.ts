export { CheckpointsRepository } from './checkpoints.repository.ts';
export { checkpointsRouter } from './checkpoints.router.ts';
export { CheckpointsService } from './checkpoints.service.ts';
export { ForksRepository } from './forks.repository.ts';
export { ForksService } from './forks.service.ts';
export { RestorationsRepository } from './restorations.repository.ts';
export { RestorationsService } from './restorations.service.ts';
export { SnapshotStore } from './snapshot-store.ts';
