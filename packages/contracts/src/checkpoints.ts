import * as z from 'zod';
import { fileChange } from './files.ts';
import { instant, messageId, restorationId, runId, sessionId } from './ids.ts';

const count = z.number().int().nonnegative();

/** A turn that changed files, with how the workspace was before it and after. */
export const checkpointDto = z.strictObject({
  runId,
  /** The answer of that turn. */
  messageId,
  created: count,
  modified: count,
  deleted: count,
  createdAt: instant,
});
export type CheckpointDto = z.infer<typeof checkpointDto>;

export const checkpointsInput = z.strictObject({ sessionId });
export const checkpointRef = z.strictObject({ runId });

/** What a turn did to one file. */
export const fileDiff = z.strictObject({
  path: z.string(),
  kind: fileChange.shape.kind,
  /** Unified, with three lines around; null for what is no text, or too large to be compared. */
  patch: z.string().nullable(),
  addedLines: count,
  removedLines: count,
});
export type FileDiff = z.infer<typeof fileDiff>;

/** `isTruncated`: there are more files than are shown. */
export const turnDiff = z.strictObject({ files: z.array(fileDiff), isTruncated: z.boolean() });
export type TurnDiff = z.infer<typeof turnDiff>;

/** To how the workspace was before the turn, or right after it. */
export const restoreInput = z.strictObject({ runId, to: z.enum(['before', 'after']) });

/** To how an answer left the files, or to how they were before a person's message. */
export const restoreToMessageInput = z.strictObject({ sessionId, messageId });

/** What putting files back would do to them as they are now; `files` are the first of them. */
export const restorePreview = z.strictObject({
  created: count,
  modified: count,
  deleted: count,
  files: z.array(fileChange),
});
export type RestorePreview = z.infer<typeof restorePreview>;

/** Files that were put back, and what that did to them. What there was before is kept. */
export const restorationDto = z.strictObject({
  id: restorationId,
  created: count,
  modified: count,
  deleted: count,
  createdAt: instant,
});
export type RestorationDto = z.infer<typeof restorationDto>;

export const restorationRef = z.strictObject({ restorationId });
