import type { ModelPrice } from '@atelier/contracts/models';
import type { Usage } from '@atelier/contracts/runs';

type Tokens = Pick<Usage, 'inputTokens' | 'outputTokens' | 'cachedInputTokens'>;

/**
 * What a call cost in micro-dollars, rounded up. Prices are micro-dollars for a million tokens. Reasoning is part of
 * the output; what was in the provider's cache is part of the input. Counted in BigInt: tokens times price leaves the
 * whole numbers that a double holds.
 */
export function costOf(usage: Tokens, price: ModelPrice): number {
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const sum =
    BigInt(usage.inputTokens - cached) * BigInt(price.input) +
    BigInt(cached) * BigInt(price.cachedInput ?? price.input) +
    BigInt(usage.outputTokens) * BigInt(price.output);
  const cost = (sum + 999_999n) / 1_000_000n;
  return Number(cost > maxCost ? maxCost : cost);
}

const maxCost = BigInt(Number.MAX_SAFE_INTEGER);
