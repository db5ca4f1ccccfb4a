import * as z from 'zod';
import { agentScope } from './agents.ts';
import { agentId, clientId, instant, pipelineId, pipelineRunId, sessionId, stageRunId } from './ids.ts';
import { modelChoice } from './model-choice.ts';
import { isStorable, notStorable, plainText } from './plain-text.ts';

const text = (max: number) => z.string().trim().max(max).refine(isStorable, notStorable);

/** What has to happen before the next stage begins. `check`: an agent that sees only the goal and the result decides. */
export const pipelineGate = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('check'),
    /** Null: the standard agent. */
    agentId: agentId.nullable().default(null),
    /** What it looks at. */
    instructions: text(10_000).min(1),
  }),
  z.strictObject({ kind: z.literal('person') }),
]);
export type PipelineGate = z.infer<typeof pipelineGate>;

/** Stands in a goal for what a pipeline is started with. */
export const inputMark = '{{input}}';

export const pipelineStage = z.strictObject({
  name: plainText({ max: 80 }),
  /** Null: the standard agent. */
  agentId: agentId.nullable().default(null),
  /** Sent as a message when the stage begins, with `{{input}}` filled in. */
  goal: text(20_000).min(1),
  gate: pipelineGate.default({ kind: 'none' }),
});
export type PipelineStage = z.infer<typeof pipelineStage>;

export const pipelineContent = z.strictObject({
  name: plainText({ max: 80 }),
  description: text(300).default(''),
  stages: z.array(pipelineStage).min(2).max(10),
});
export type PipelineContent = z.infer<typeof pipelineContent>;

export const pipelineDto = z.strictObject({
  id: pipelineId,
  scope: agentScope,
  name: z.string(),
  description: z.string(),
  /** What its stages are called, in order. */
  stages: z.array(z.string()),
  /** Whether a goal holds `{{input}}`. */
  takesInput: z.boolean(),
  /** Rises with every change; send it back to change the pipeline (stale = 409). */
  revision: z.number().int(),
  createdAt: instant,
  updatedAt: instant,
});
export type PipelineDto = z.infer<typeof pipelineDto>;
export const pipelineList = z.strictObject({ items: z.array(pipelineDto) });

export const pipelineDetail = pipelineDto.extend({ content: pipelineContent });
export type PipelineDetail = z.infer<typeof pipelineDetail>;

/** What a check decides, by its tool. */
export const verdict = z.strictObject({ pass: z.boolean(), reason: z.string().min(1).max(4000) });
export type Verdict = z.infer<typeof verdict>;

const revision = z.number().int();

export const pipelineRef = z.strictObject({ pipelineId });
export const createPipelineInput = z.strictObject({ content: pipelineContent });
export const updatePipelineInput = z.strictObject({ pipelineId, revision, content: pipelineContent });

/** Of what a pipeline is started with, in UTF-16 code units. */
export const pipelineInputMaxCharacters = 20_000;

/** `sessionId` null: in a new session, in which `model` answers where a stage's agent has none. */
export const startPipelineInput = z.strictObject({
  pipelineId,
  clientId,
  sessionId: sessionId.nullable().default(null),
  model: modelChoice.nullable().default(null),
  input: text(pipelineInputMaxCharacters).default(''),
});
export const startedPipeline = z.strictObject({ sessionId, pipelineRunId });

export const pipelineRunRef = z.strictObject({ pipelineRunId });
export const decideStageInput = z.strictObject({
  pipelineRunId,
  stageRunId,
  decision: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('approve') }),
    z.strictObject({ kind: z.literal('send_back'), comment: text(4000).min(1) }),
  ]),
});
export type StageDecision = z.infer<typeof decideStageInput>['decision'];

export const pipelineResultInput = z.strictObject({ pipelineRunId, format: z.enum(['markdown', 'json']) });
/** A document to be kept as a file. */
export const pipelineResult = z.strictObject({ fileName: z.string(), mediaType: z.string(), text: z.string() });
export type PipelineResult = z.infer<typeof pipelineResult>;
