import * as z from 'zod';

/** The protocol a provider speaks. `openai` is OpenAI itself, whose models know more than the compatible servers do. */
export const providerKind = z.enum(['openai', 'anthropic', 'google', 'openai_compatible']);
export type ProviderKind = z.infer<typeof providerKind>;

/** What a model can do. What it cannot is said before it is asked, in words. */
export const modelFeatures = z.strictObject({
  tools: z.boolean(),
  images: z.boolean(),
  reasoning: z.boolean(),
});
export type ModelFeatures = z.infer<typeof modelFeatures>;

/** Micro-dollars for a million tokens: 3 USD a million is 3,000,000. Whole numbers, so that sums are exact. */
const perMillion = z.number().int().min(0).max(1_000_000_000_000);

export const modelPrice = z.strictObject({
  input: perMillion,
  output: perMillion,
  /** Of input that the provider has seen before; null: as `input`. */
  cachedInput: perMillion.nullable(),
});
export type ModelPrice = z.infer<typeof modelPrice>;

/** Who answered, or was asked, as people are told. */
export const modelRef = z.strictObject({
  /** As its provider names it. */
  id: z.string(),
  label: z.string(),
  provider: z.string(),
  /** Tokens of input and output together; null: unknown. */
  contextWindow: z.number().int().positive().nullable(),
});
export type ModelRef = z.infer<typeof modelRef>;

/**
 * What a provider wants back with a part of an answer: the signature of a thought, its encrypted whole. Nobody else
 * reads it; it is sent to the model that made it and to no other.
 */
export const providerData = z.strictObject({
  kind: providerKind,
  /** As its provider names it. */
  model: z.string(),
  /** JSON. */
  data: z.string(),
});
export type ProviderData = z.infer<typeof providerData>;
