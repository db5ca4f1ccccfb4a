export { PipelineProgress } from './pipeline-progress.ts';
export { latestPipeline } from './pipeline-run-dto.ts';
export { PipelineRunsRepository } from './pipeline-runs.repository.ts';
export { PipelineRunsService } from './pipeline-runs.service.ts';
export { PipelineWorker } from './pipeline-worker.ts';
export { PipelinesRepository } from './pipelines.repository.ts';
export { organisationPipelinesRouter, pipelinesRouter } from './pipelines.router.ts';
export { PipelinesService } from './pipelines.service.ts';
