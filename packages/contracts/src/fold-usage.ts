import { addUsage, usageBeyond } from './add-usage.ts';
import type { EventBody } from './events.ts';
import type { RunContext, RunDto, Usage } from './runs.ts';
import type { Transcript } from './transcript.ts';

type ModelCall = Extract<EventBody, { type: 'step.finished' | 'context.summarised' }>;

/** How full the window is after a model call; null where its entry does not say. */
export function contextAfter(call: ModelCall): RunContext | null {
  const window = call.model?.contextWindow ?? null;
  if (call.type === 'context.summarised') {
    return call.contextTokens === undefined ? null : { tokens: call.contextTokens, window };
  }
  const tokens = call.usage.inputTokens + call.usage.outputTokens;
  // A provider that counts nothing says nothing of its window either.
  return tokens === 0 ? null : { tokens, window };
}

/** A run after one more model call. */
export function afterCall(run: RunDto, call: ModelCall): RunDto {
  return { ...run, usage: addUsage(run.usage, call.usage), context: contextAfter(call) ?? run.context };
}

/**
 * What the session has used, once a run tells its whole sum. That is more than was folded: calls of its sub-agents are no
 * entries of the log. A run
 * that is not in view, as one that waited for a person and is queued again, says nothing new.
 */
export function usageWith(state: Transcript, told: { readonly id: RunDto['id']; readonly usage: Usage }): Usage {
  const known = state.messages.findLast(({ run }) => run?.id === told.id)?.run;
  return known ? addUsage(state.usage, usageBeyond(told.usage, known.usage)) : state.usage;
}
