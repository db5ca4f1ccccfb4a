import * as z from 'zod';
import { clientId, instant, messageId, runId, sessionId } from './ids.ts';
import { modelChoice } from './model-choice.ts';

/** `waiting` waits for a person. The last four are terminal and final. */
export const runState = z.enum(['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'interrupted']);
export type RunState = z.infer<typeof runState>;

const terminal: readonly RunState[] = ['succeeded', 'failed', 'cancelled', 'interrupted'];
export function isTerminal(state: RunState): boolean {
  return terminal.includes(state);
}

/** Why a run failed, in a sentence a person can act on. */
export const runError = z.strictObject({
  code: z.enum([
    'provider.auth',
    'provider.unreachable',
    'provider.rate_limited',
    'provider.overloaded',
    'provider.refused',
    'provider.context_too_long',
    'provider.model_not_found',
    'provider.cut',
    'provider.invalid_data',
    'provider.stalled',
    'provider.unhealthy',
    'run.step_limit',
    'run.time_limit',
    'run.token_limit',
    'run.tool_limit',
    'run.budget',
    'run.worker_lost',
    'run.account_suspended',
    'run.not_a_member',
    'run.role_lost',
    'run.organisation_archived',
    'run.unexpected',
  ]),
  message: z.string(),
  retryable: z.boolean(),
});
export type RunError = z.infer<typeof runError>;

const count = z.number().int().nonnegative();

/** What model calls took. What older entries of a log do not say is 0. */
export const usage = z.strictObject({
  /** All of the input, with what was in the provider's cache. */
  inputTokens: count,
  /** All of the output, with the reasoning. */
  outputTokens: count,
  /** Of the input, what the provider had in its cache. */
  cachedInputTokens: count.optional(),
  /** Of the output, what was reasoning. */
  reasoningTokens: count.optional(),
  /** Micro-dollars; absent when the model has no price. */
  cost: count.optional(),
});
export type Usage = z.infer<typeof usage>;

/** How much of its model's window a conversation fills. */
export const runContext = z.strictObject({
  /** What the latest model call was told and said; after a summary an estimate, until the model has been asked again. */
  tokens: count,
  /** Null: nobody has said how much the model can be told. */
  window: z.number().int().positive().nullable(),
});
export type RunContext = z.infer<typeof runContext>;

export const runDto = z.strictObject({
  id: runId,
  sessionId,
  /** The message it answers. */
  userMessageId: messageId,
  /** The answer it writes: made with the run, empty until it starts. */
  agentMessageId: messageId,
  state: runState,
  /** 1 at first; one more each time another worker took it over. */
  attempt: z.number().int(),
  model: z.string(),
  error: runError.nullable(),
  usage,
  /** Null until a model has answered; entries of the log from before it was told have none. */
  context: runContext.nullable().default(null),
  /** It checks the result of a stage, and sees nothing of the conversation. */
  isCheck: z.boolean().default(false),
  queuedAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  /** It is queued, and the answer of this run is to read its message before its next step. */
  steers: runId.optional(),
});
export type RunDto = z.infer<typeof runDto>;

export const runRef = z.strictObject({ runId });
/** Whether a queued message is to be read by the answer that is being written, or waits for its turn after all. */
export const steerInput = z.strictObject({ runId, steers: z.boolean() });
export const repeatRunInput = z.strictObject({ runId, clientId });
/** `model`: who is to answer this once; not said: whoever answers in the session. */
export const retryRunInput = repeatRunInput.extend({ model: modelChoice.optional() });
