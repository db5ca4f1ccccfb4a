import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import type { ModelPrice } from '@atelier/contracts/models';
import type { Usage } from '@atelier/contracts/runs';
import { costOf } from './cost.ts';

/**
 * The SDK's counts as ours. Servers that say nothing, fractions or less than nothing are counted as 0, and no part is
 * larger than its whole: a bill is added up from these.
 */
export function toUsage({ inputTokens, outputTokens }: LanguageModelV4Usage, price: ModelPrice | null): Usage {
  const input = count(inputTokens.total);
  const output = count(outputTokens.total);
  const usage = {
    inputTokens: input,
    outputTokens: output,
    cachedInputTokens: Math.min(count(inputTokens.cacheRead), input),
    reasoningTokens: Math.min(count(outputTokens.reasoning), output),
  };
  return price === null ? usage : { ...usage, cost: costOf(usage, price) };
}

function count(tokens: number | undefined): number {
  return tokens !== undefined && tokens > 0 ? Math.min(Math.floor(tokens), mostTokens) : 0;
}

/** No model takes more; a server that says so is mistaken, and sums stay whole numbers. */
const mostTokens = 1_000_000_000;
