export { CheckpointsRepository } from './checkpoints.repository.ts';
export { checkpointsRouter } from './checkpoints.router.ts';
export { CheckpointsService } from './checkpoints.service.ts';
export { SnapshotStore } from './snapshot-store.ts';
