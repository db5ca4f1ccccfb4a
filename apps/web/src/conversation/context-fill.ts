import type { AvailableModels } from '@atelier/contracts/available-models';
import { isTerminal } from '@atelier/contracts/runs';
import type { Transcript } from '@atelier/contracts/transcript';
import { firstAsked } from './offered-model.ts';

export interface ContextFill {
  /** Tokens of the conversation, as far as models have been told of it. */
  readonly tokens: number;
  /** How much whoever answers can be told; null: nobody has said. */
  readonly window: number | null;
  /** Of whom that is the window. */
  readonly model: string;
}

/** From this part of the window on it is said that what is oldest will be summed up: at four fifths the server does it. */
const nearlyFull = 0.75;

/**
 * How full the window is of whoever answers: of the model at work, else of the one that will be asked next. Null before
 * the first answer. What a check of a stage was told is no part of the conversation.
 */
export function contextFill(
  { messages, session }: Pick<Transcript, 'messages' | 'session'>,
  available: AvailableModels | undefined,
): ContextFill | null {
  const run = messages.findLast(({ run }) => run?.context && !run.isCheck)?.run;
  if (!run?.context) return null;
  const { tokens, window } = run.context;
  const own = { tokens, window, model: run.model };
  const chosen = session.model ?? null;
  // What an agent's own model can be told is not said here; until it answers, the last answer is what is known.
  if (!available || !isTerminal(run.state) || (chosen === null && session.agent !== null)) return own;
  const next = firstAsked(available, chosen);
  // The offline model has no window, and the last answer was its own.
  return next ? { tokens, window: next.contextWindow, model: next.label } : own;
}

/** In percent of the window, rounded; what is over stays over. */
export function percentOf({ tokens, window }: ContextFill): number | null {
  return window === null ? null : Math.round((100 * tokens) / window);
}

export function isNearlyFull({ tokens, window }: ContextFill): boolean {
  return window !== null && tokens >= nearlyFull * window;
}
