import * as z from 'zod';
import { checkpointDto } from './checkpoints.ts';
import { fileChange } from './files.ts';
import { instant, messageId, runId, seq } from './ids.ts';
import { newMessageDto } from './messages.ts';
import { askedModel, providerData } from './models.ts';
import { steer, summarised, toolDecision, toolRequest, toolState } from './parts.ts';
import { pipelineRunDto } from './pipeline-runs.ts';
import { runDto, runError, runState, usage } from './runs.ts';
import { sessionDto } from './sessions.ts';
import { todoList } from './todos.ts';

const step = z.number().int().nonnegative();
const callId = z.string().max(200);

/**
 * The payloads of a session's log. Versioned by addition only: a field may be added, never changed or taken away.
 * Every entry of the log is one of these with its `seq` and `at`.
 */
export const eventBody = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message.created'), message: newMessageDto }),
  z.object({ type: z.literal('message.updated'), messageId, isSuperseded: z.boolean() }),
  z.object({ type: z.literal('run.queued'), run: runDto }),
  /** A queued message is to be read by the answer of the run `steers` before its next step; null: it waits for its turn. */
  z.object({ type: z.literal('run.steer_asked'), runId, steers: runId.nullable() }),
  z.object({ type: z.literal('run.started'), run: runDto }),
  z.object({ type: z.literal('text.delta'), messageId, step, text: z.string() }),
  /** `providerData` comes with the last piece of a thought. */
  z.object({
    type: z.literal('reasoning.delta'),
    messageId,
    step,
    text: z.string(),
    providerData: providerData.optional(),
  }),
  z.object({ type: z.literal('tool.input_delta'), messageId, step, callId, name: z.string(), text: z.string() }),
  /** A whole call that nothing was done for yet: written with the end of its step, so that no crash loses it. */
  z.object({
    type: z.literal('tool.planned'),
    messageId,
    step,
    callId,
    name: z.string(),
    title: z.string(),
    inputText: z.string(),
    providerData: providerData.optional(),
  }),
  /** The call waits for a person. */
  z.object({ type: z.literal('tool.requested'), messageId, callId, request: toolRequest }),
  z.object({
    type: z.literal('tool.decided'),
    messageId,
    callId,
    decision: toolDecision,
    /** The arguments as the person left them; null: as they were. */
    inputText: z.string().nullable(),
  }),
  z.object({
    type: z.literal('tool.called'),
    messageId,
    step,
    callId,
    name: z.string(),
    title: z.string(),
    inputText: z.string(),
    providerData: providerData.optional(),
  }),
  z.object({ type: z.literal('tool.output_delta'), messageId, callId, text: z.string() }),
  z.object({
    type: z.literal('tool.finished'),
    messageId,
    callId,
    state: toolState,
    output: z.string(),
  }),
  z.object({
    type: z.literal('step.finished'),
    runId,
    messageId,
    step,
    usage,
    /** Who answered; entries from before there was a choice do not say. */
    model: askedModel.optional(),
    /** The call was stopped or broke off before its provider counted it: by the length of what was told and said. */
    isEstimated: z.boolean().optional(),
  }),
  /** The model's window was nearly full: from here on it is told a summary instead of what came before. */
  z.object({
    type: z.literal('context.summarised'),
    runId,
    messageId,
    step,
    text: z.string(),
    upTo: summarised,
    /** Tokens that are left to be told, with the summary: an estimate. Entries from before it was told do not say. */
    contextTokens: z.number().int().nonnegative().optional(),
    /** What making it took, and of whom. */
    usage,
    model: askedModel,
  }),
  /** The run reads a queued message before this step. The run that would have answered it ends with the next entry. */
  z.object({ type: z.literal('run.steered'), runId, messageId, step, steer }),
  z.object({
    type: z.literal('run.retrying'),
    runId,
    messageId,
    step,
    /** Which try failed, from 1, and how long the next one waits. */
    attempt: z.number().int(),
    delayMs: z.number().int(),
    error: runError,
  }),
  /** A model did not answer, and the next of the chain is asked. */
  z.object({
    type: z.literal('run.fell_back'),
    runId,
    messageId,
    step,
    failed: askedModel,
    next: askedModel,
    error: runError,
  }),
  /**
   * Something of the run's own affairs that its reader must see: its money is nearly used up (`budget`), or what was
   * chosen to answer cannot (`model_gone`), or tools that its agent should have are not there (`tools_gone`).
   */
  z.object({
    type: z.literal('run.noticed'),
    runId,
    messageId,
    step,
    kind: z.enum(['budget', 'model_gone', 'tools_gone']),
    text: z.string(),
  }),
  /** The run waits for a person, and no worker holds it meanwhile. */
  z.object({ type: z.literal('run.waiting'), runId, messageId }),
  /** Another worker took the run over, a person asked it to continue, or decided what it waited for. */
  z.object({
    type: z.literal('run.resumed'),
    run: runDto,
    step,
    reason: z.enum(['worker_lost', 'continued', 'decided']),
  }),
  z.object({
    type: z.literal('run.finished'),
    runId,
    messageId,
    state: runState,
    error: runError.nullable(),
    usage,
  }),
  /** A turn has ended that changed files: how the workspace was before it can be looked at, and put back. */
  z.object({ type: z.literal('checkpoint.created'), checkpoint: checkpointDto }),
  z.object({ type: z.literal('files.changed'), changes: z.array(fileChange) }),
  z.object({ type: z.literal('todos.updated'), items: todoList }),
  /** A pipeline as it stands now. */
  z.object({ type: z.literal('pipeline.updated'), pipeline: pipelineRunDto }),
  z.object({ type: z.literal('session.updated'), session: sessionDto }),
]);
export type EventBody = z.infer<typeof eventBody>;
export type EventType = EventBody['type'];

/** Deltas are group-committed while they stream and dropped once folded into parts. */
export const deltaTypes = ['text.delta', 'reasoning.delta', 'tool.input_delta', 'tool.output_delta'] as const;
export type DeltaBody = Extract<EventBody, { type: (typeof deltaTypes)[number] }>;

/**
 * One entry of the log. `from` is set when neighbouring deltas of one kind were sent as one: it then stands for
 * every entry from `from` to `seq`.
 */
export const sessionEvent = z.intersection(z.object({ seq, from: seq.optional(), at: instant }), eventBody);
export type SessionEvent = EventBody & { readonly seq: number; readonly from?: number; readonly at: string };
