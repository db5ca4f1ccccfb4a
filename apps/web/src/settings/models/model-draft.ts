import type { ModelDto, ModelFeatures, ModelPrice } from '@atelier/contracts/models';
import { updateModelInput } from '@atelier/contracts/models';
import { dollarText, microDollars } from './price-text.ts';

/** A model as it is typed. */
export interface ModelDraft {
  readonly label: string;
  readonly contextWindow: string;
  readonly maxOutputTokens: string;
  readonly input: string;
  readonly output: string;
  readonly cachedInput: string;
  readonly features: ModelFeatures;
}

export function draftOf({ label, contextWindow, maxOutputTokens, price, features }: ModelDto): ModelDraft {
  return {
    label,
    contextWindow: String(contextWindow ?? ''),
    maxOutputTokens: String(maxOutputTokens ?? ''),
    input: dollarText(price?.input ?? null),
    output: dollarText(price?.output ?? null),
    cachedInput: dollarText(price?.cachedInput ?? null),
    features,
  };
}

/** Null: nothing is typed. Undefined: this is no number of tokens. */
export function tokensIn(text: string): number | null | undefined {
  const typed = text.trim();
  const tokens = typed === '' ? null : Number(typed);
  if (tokens !== null && !/^\d{1,9}$/.test(typed)) return undefined;
  return updateModelInput.shape.contextWindow.safeParse(tokens).success ? tokens : undefined;
}

/** Null: nobody knows. `half`: a part of it is missing. Undefined: something in it is no price. */
export function priceIn({ input, output, cachedInput }: ModelDraft): ModelPrice | null | 'half' | undefined {
  const price = { input: microDollars(input), output: microDollars(output), cachedInput: microDollars(cachedInput) };
  if (price.input === undefined || price.output === undefined || price.cachedInput === undefined) return undefined;
  if (price.input === null && price.output === null && price.cachedInput === null) return null;
  if (price.input === null || price.output === null) return 'half';
  return { input: price.input, output: price.output, cachedInput: price.cachedInput };
}
