import * as z from 'zod';
import { instant, uploadId } from './ids.ts';
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
 * `drafting` the arguments stream in · `running` started, its effect may have happened · `succeeded` `failed` ended ·
 * `cancelled` stopped before or while it ran · `unknown` it started and the process died: never repeated silently.
 */
export const toolState = z.enum(['drafting', 'running', 'succeeded', 'failed', 'cancelled', 'unknown']);
export type ToolState = z.infer<typeof toolState>;

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
  kind: z.enum(['retrying', 'resumed', 'continued']),
  text: z.string(),
});

export const part = z.discriminatedUnion('type', [textPart, reasoningPart, toolPart, filePart, noticePart]);
export type Part = z.infer<typeof part>;
