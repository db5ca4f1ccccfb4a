import * as z from 'zod';
import { instant, pipelineId, pipelineRunId, runId, sessionId, stageRunId } from './ids.ts';
import { usage } from './runs.ts';

/** `waiting` for the person at a gate. `failed` and `cancelled` can go on: the stage is run again. */
export const pipelineState = z.enum(['running', 'waiting', 'succeeded', 'failed', 'cancelled']);
export type PipelineState = z.infer<typeof pipelineState>;

/** `checking`: its result is looked at by the check's agent. `rejected`: given back, by the check or the person. */
export const stageState = z.enum(['running', 'checking', 'waiting', 'succeeded', 'rejected', 'failed', 'cancelled']);
export type StageState = z.infer<typeof stageState>;

/** One try at a stage. */
export const stageRunDto = z.strictObject({
  id: stageRunId,
  /** Of the stage, from 0. */
  position: z.number().int(),
  attempt: z.number().int(),
  state: stageState,
  runId,
  checkRunId: runId.nullable(),
  /** Why it was given back or failed, or what the check said. */
  comment: z.string(),
  /** Of the run, and of its check. */
  usage,
  startedAt: instant,
  finishedAt: instant.nullable(),
});
export type StageRunDto = z.infer<typeof stageRunDto>;

/** A pipeline under way, or done, as it stood when it was started. */
export const pipelineRunDto = z.strictObject({
  id: pipelineRunId,
  sessionId,
  pipelineId: pipelineId.nullable(),
  name: z.string(),
  state: pipelineState,
  stages: z.array(
    z.strictObject({ name: z.string(), agent: z.string().nullable(), gate: z.enum(['none', 'check', 'person']) }),
  ),
  /** All tries, in order. */
  attempts: z.array(stageRunDto),
  startedAt: instant,
  finishedAt: instant.nullable(),
});
export type PipelineRunDto = z.infer<typeof pipelineRunDto>;
