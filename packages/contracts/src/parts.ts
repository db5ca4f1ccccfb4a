import * as z from 'zod';
import { instant, messageId, seq, uploadId, userId } from './ids.ts';
import { providerData } from './models.ts';

/** Which model call of the run made the part, counted from 0. A user's parts have none. */
const step = z.number().int().nonnegative();

export const textPart = z.strictObject({
  type: z.literal('text'),
  step: step.optional(),
  text: z.string(),
});

export const reasoningPart = z.strictObject({
  type: z.literal('reasoning'),
  step,
  text: z.string(),
  startedAt: instant,
  /** Null while it streams. */
  endedAt: instant.nullable(),
  /** A part that has it is whole: thoughts that follow are a part of their own. */
  providerData: providerData.optional(),
});

/**
 * `drafting` the arguments stream in · `planned` whole, and nothing has happened yet · `waiting` for a person ·
 * `running` started, its effect may have happened · `succeeded` `failed` ended · `cancelled` stopped before or while it
 * ran · `unknown` it started and the process died: never repeated silently.
 */
export const toolState = z.enum([
  'drafting',
  'planned',
  'waiting',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'unknown',
]);
export type ToolState = z.infer<typeof toolState>;

/** What the agent asks a person in the middle of its work. */
export const question = z.strictObject({
  text: z.string().min(1).max(4000),
  /** To choose from; empty: any answer will do. */
  choices: z.array(z.string().min(1).max(200)).max(10),
});
export type Question = z.infer<typeof question>;

/** What a call waits for: a person's leave, or a person's answer. */
export const toolRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('approval'), reason: z.string(), expiresAt: instant }),
  z.strictObject({ kind: z.literal('question'), question, expiresAt: instant }),
]);
export type ToolRequest = z.infer<typeof toolRequest>;

/** How a request was decided. `expired`: by nobody, in time. */
export const toolDecision = z.strictObject({
  kind: z.enum(['approved', 'denied', 'answered', 'expired']),
  by: z.strictObject({ userId, name: z.string() }).nullable(),
  /** Why not, or the answer. */
  text: z.string(),
  /** The person changed the arguments; those of the part are the changed ones. */
  isEdited: z.boolean(),
  at: instant,
});
export type ToolDecision = z.infer<typeof toolDecision>;

export const toolPart = z.strictObject({
  type: z.literal('tool'),
  step,
  callId: z.string().max(200),
  name: z.string().max(64),
  /** What the call is for, in a few words: "Read notes.md". Empty while drafting. */
  title: z.string(),
  /** The arguments as the model wrote them, JSON text, complete or not. */
  inputText: z.string(),
  state: toolState,
  output: z.string(),
  startedAt: instant,
  endedAt: instant.nullable(),
  /** Present when it waits, or once waited, for a person. */
  request: toolRequest.optional(),
  decision: toolDecision.optional(),
  providerData: providerData.optional(),
});
export type ToolPart = z.infer<typeof toolPart>;

export const filePart = z.strictObject({
  type: z.literal('file'),
  uploadId,
  name: z.string(),
  /** Where it lies in the workspace. */
  path: z.string(),
  size: z.number().int(),
  mediaType: z.string(),
  /** The whole text when it is small enough to be put into the prompt; else null. */
  text: z.string().nullable(),
});
export type FilePart = z.infer<typeof filePart>;

/** Something that happened to the run at this place of the answer, and that the reader must see. */
export const noticePart = z.strictObject({
  type: z.literal('notice'),
  step,
  kind: z.enum(['retrying', 'resumed', 'continued', 'fell_back', 'budget', 'model_gone', 'tools_gone']),
  text: z.string(),
});

/** What a summary stands for: the messages up to `seq`, and of the answer that it lies in the steps up to `step`. */
export const summarised = z.strictObject({ seq, step: step.nullable() });
export type Summarised = z.infer<typeof summarised>;

/** What a model is told instead of what came before, where its window has no room for all of it. The originals stay. */
export const summaryPart = z.strictObject({ type: z.literal('summary'), step, text: z.string(), upTo: summarised });
export type SummaryPart = z.infer<typeof summaryPart>;

export type NoticeKind = z.infer<typeof noticePart>['kind'];

/** A message that the agent read in the middle of its answer, as its sender wrote it. */
export const steer = z.strictObject({
  /** The message that it was while it waited in the queue. */
  messageId,
  author: z.strictObject({ userId, name: z.string() }).nullable(),
  content: z.array(z.discriminatedUnion('type', [textPart, filePart])),
  sentAt: instant,
});
export type Steer = z.infer<typeof steer>;

/** Somebody steered the answer: read from `step` on. */
export const steerPart = steer.extend({ type: z.literal('steer'), step });
export type SteerPart = z.infer<typeof steerPart>;

export const part = z.discriminatedUnion('type', [
  textPart,
  reasoningPart,
  toolPart,
  filePart,
  noticePart,
  summaryPart,
  steerPart,
]);
export type Part = z.infer<typeof part>;
