import { type PipelineRunDto, pipelineRunDto } from '@atelier/contracts/pipeline-runs';
import type { Operation } from '@atelier/entities/operation';
import type { PipelineRunRow, PipelineRunsRepository, StageRunRow } from './pipeline-runs.repository.ts';

/** The pipeline that was started last in a session, if any. */
export async function latestPipeline(
  runs: PipelineRunsRepository,
  op: Operation,
  sessionId: string,
): Promise<PipelineRunDto | null> {
  const row = await runs.latest(op, sessionId);
  return row && toPipelineRunDto(row, await runs.stageRuns(op, row.id));
}

/** A pipeline under way as its viewers see it: what it took is added up, and what nobody counted stays unsaid. */
export function toPipelineRunDto(row: PipelineRunRow, attempts: readonly StageRunRow[]): PipelineRunDto {
  return pipelineRunDto.parse({
    id: row.id,
    sessionId: row.sessionId,
    pipelineId: row.pipelineId,
    name: row.name,
    state: row.state,
    stages: row.stages.map(({ name, agent, gate }) => ({ name, agent: agent?.name ?? null, gate: gate.kind })),
    attempts: attempts.map((attempt) => ({
      id: attempt.id,
      position: attempt.position,
      attempt: attempt.attempt,
      state: attempt.state,
      runId: attempt.runId,
      checkRunId: attempt.checkRunId,
      comment: attempt.comment,
      usage: {
        inputTokens: attempt.inputTokens,
        outputTokens: attempt.outputTokens,
        ...(attempt.cost === null ? {} : { cost: attempt.cost }),
      },
      startedAt: attempt.startedAt.toISOString(),
      finishedAt: attempt.finishedAt?.toISOString() ?? null,
    })),
    startedAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  });
}
