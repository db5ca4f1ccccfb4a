import type { Usage } from './runs.ts';

/** Both together. What neither of them says stays unsaid: no price is not a price of nothing. */
export function addUsage(a: Usage, b: Usage): Usage {
  const cached = sum(a.cachedInputTokens, b.cachedInputTokens);
  const reasoning = sum(a.reasoningTokens, b.reasoningTokens);
  const cost = sum(a.cost, b.cost);
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    ...(cached === undefined ? {} : { cachedInputTokens: cached }),
    ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
    ...(cost === undefined ? {} : { cost }),
  };
}

/** What the first says beyond the second; never less than nothing. */
export function usageBeyond(told: Usage, known: Usage): Usage {
  const beyond = (a: number | undefined, b = 0) => (a === undefined ? undefined : Math.max(0, a - b));
  const cached = beyond(told.cachedInputTokens, known.cachedInputTokens);
  const reasoning = beyond(told.reasoningTokens, known.reasoningTokens);
  const cost = beyond(told.cost, known.cost);
  return {
    inputTokens: Math.max(0, told.inputTokens - known.inputTokens),
    outputTokens: Math.max(0, told.outputTokens - known.outputTokens),
    ...(cached === undefined ? {} : { cachedInputTokens: cached }),
    ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
    ...(cost === undefined ? {} : { cost }),
  };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}
