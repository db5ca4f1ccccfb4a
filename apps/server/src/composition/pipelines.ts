import {
  PipelineProgress,
  PipelineRunsService,
  PipelinesRepository,
  PipelinesService,
  PipelineWorker,
} from '../modules/pipelines/index.ts';
import type { Foundation } from './foundation.ts';
import type { Sessions } from './sessions.ts';

/** Pipelines: what people do with them, and what goes on with them. */
export function composePipelines(foundation: Foundation, conversations: Sessions) {
  const { agentRows: agents, runs: agentRuns, pipelineRunRows: runs, sessions, messages, checkpoints } = conversations;
  const { db, clock, feeds, hints, log, auditLog: audit } = foundation;
  const progress = new PipelineProgress({ db, runs, messages, feeds, hints, clock });
  const pipelines = new PipelinesService({ db, pipelines: new PipelinesRepository(db), agents, audit, clock });
  return {
    pipelines,
    pipelineRuns: new PipelineRunsService({
      db,
      pipelines,
      runs,
      progress,
      agents,
      sessions,
      agentRuns,
      checkpoints,
      clock,
    }),
    pipelineWorker: new PipelineWorker({ runs, progress, hints, log }),
  };
}
