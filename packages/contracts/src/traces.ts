import * as z from 'zod';
import { givenInstant, instant, runId, sessionId, userId } from './ids.ts';
import { isStorable, notStorable } from './plain-text.ts';
import { runError, runState } from './runs.ts';

/** What a run's time is spent on. */
export const spanKind = z.enum([
  'agent_turn',
  'llm_call',
  'tool_call',
  'retry',
  'fallback',
  'approval_wait',
  'sandbox',
]);

/** `cancelled`: it was stopped, or taken from its worker. */
export const spanStatus = z.enum(['ok', 'error', 'cancelled']);

export const spanDto = z.strictObject({
  id: z.uuid(),
  /** The span it is part of, which may not have ended yet. */
  parentId: z.uuid().nullable(),
  kind: spanKind,
  name: z.string(),
  startedAt: instant,
  durationMs: z.number().nonnegative(),
  status: spanStatus,
  /** Named by OpenTelemetry's semantic conventions for generative AI; `atelier.*` for what they have no name for. */
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type SpanDto = z.infer<typeof spanDto>;

const count = z.number().int().nonnegative();

/** What the model calls of a run come to. */
export const traceTotals = z.strictObject({
  /** From the first span's beginning to the last one's end, with the time that a person was waited for. */
  durationMs: z.number().nonnegative(),
  /** From there to the first part of an answer; null: there was none. */
  timeToFirstTokenMs: z.number().nonnegative().nullable(),
  /** Output by the time from the first part to the last; null: too short to say. */
  tokensPerSecond: z.number().nonnegative().nullable(),
  inputTokens: count,
  outputTokens: count,
  /** Micro-dollars; null: nobody has said what the models cost. */
  cost: count.nullable(),
  /** Model calls, with those that failed. */
  attempts: count,
  failedAttempts: count,
});
export type TraceTotals = z.infer<typeof traceTotals>;

export const traceDto = z.strictObject({
  runId,
  /** Those that have ended, by their beginning. */
  spans: z.array(spanDto),
  /** There are more spans than an answer holds. */
  isCut: z.boolean(),
  totals: traceTotals,
});
export type TraceDto = z.infer<typeof traceDto>;

const text = z.string().trim().min(1).max(200).refine(isStorable, notStorable);

export const searchRunsInput = z.strictObject({
  state: runState.optional(),
  /** Failed or interrupted ones only. */
  isFailed: z.boolean().default(false),
  /** Part of what the model is called, in capitals or not. */
  model: text.optional(),
  userId: userId.optional(),
  minDurationMs: z.number().int().min(0).max(2_147_483_647).optional(),
  /** Micro-dollars. */
  minCost: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  /** By when they were queued. */
  from: givenInstant.optional(),
  to: givenInstant.optional(),
  limit: z.number().int().min(1).max(100).default(30),
  /** The `nextCursor` of the page before. */
  cursor: z.string().max(200).nullish(),
  /** Sent by tRPC's infinite queries. Pages are read in one direction only. */
  direction: z.literal('forward').optional(),
});
export type SearchRunsInput = z.infer<typeof searchRunsInput>;

/** A run as administrators see it: what it took, never what was said. */
export const foundRunDto = z.strictObject({
  id: runId,
  sessionId,
  user: z.strictObject({ id: userId, name: z.string() }),
  state: runState,
  errorCode: runError.shape.code.nullable(),
  model: z.string(),
  /** How many workers had it. */
  attempt: count,
  inputTokens: count,
  outputTokens: count,
  /** Micro-dollars. */
  cost: count.nullable(),
  queuedAt: instant,
  /** From its start to its end, or until now; null: it has not started. */
  durationMs: z.number().nonnegative().nullable(),
});
export type FoundRunDto = z.infer<typeof foundRunDto>;

export const foundRunsPage = z.strictObject({ items: z.array(foundRunDto), nextCursor: z.string().nullable() });
