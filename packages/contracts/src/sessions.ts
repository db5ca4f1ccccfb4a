import * as z from 'zod';
import { agentId, clientId, instant, messageId, sessionId } from './ids.ts';
import { chosenModel, modelChoice } from './model-choice.ts';
import { plainText } from './plain-text.ts';

export const sessionStatus = z.enum(['open', 'archived']);
export type SessionStatus = z.infer<typeof sessionStatus>;

export const sessionTitle = plainText({ max: 120 });

export const sessionDto = z.strictObject({
  id: sessionId,
  /** Empty until the first message gives it one. */
  title: z.string(),
  status: sessionStatus,
  /** Rises with every change of the session's own fields; send it back to change them (stale = 409). */
  version: z.number().int(),
  createdAt: instant,
  lastActivityAt: instant,
  /** Whether a run is under way now. */
  isRunning: z.boolean(),
  /** Whether that run waits for a person, with leave to give or a question to answer, or a pipeline does at its gate. */
  isWaiting: z.boolean(),
  /** Who answers in it; null: what is usual in the organisation. Entries from before there was a choice do not say. */
  model: chosenModel.nullish(),
  /** Whose instructions, tools and rules its next answer follows; null: the standard agent's. */
  agent: z.strictObject({ id: agentId, name: z.string() }).nullable().default(null),
});
export type SessionDto = z.infer<typeof sessionDto>;

export const createSessionInput = z.strictObject({
  clientId,
  title: sessionTitle.optional(),
  model: modelChoice.nullable().optional(),
});

export const forkSessionInput = z.strictObject({ sessionId, messageId, clientId });

export const listSessionsInput = z.strictObject({
  status: z.enum(['open', 'archived', 'all']).default('open'),
  limit: z.number().int().min(1).max(100).default(30),
  /** The `nextCursor` of the page before. */
  cursor: z.string().max(200).nullish(),
  /** Sent by tRPC's infinite queries. Pages are read in one direction only. */
  direction: z.literal('forward').optional(),
});

export const sessionPage = z.strictObject({ items: z.array(sessionDto), nextCursor: z.string().nullable() });
export type SessionPage = z.infer<typeof sessionPage>;

export const sessionRef = z.strictObject({ sessionId });
export const changeSessionInput = z.strictObject({ sessionId, version: z.number().int().optional() });
export const renameSessionInput = z.strictObject({
  sessionId,
  title: sessionTitle,
  version: z.number().int().optional(),
});
/** Null: what is usual in the organisation. */
export const setModelInput = z.strictObject({
  sessionId,
  model: modelChoice.nullable(),
  version: z.number().int().optional(),
});
