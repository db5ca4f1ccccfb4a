import * as z from 'zod';
import { instant, modelId, providerId } from './ids.ts';
import { plainText } from './plain-text.ts';

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
export const askedModel = z.strictObject({
  /** As its provider names it. */
  id: z.string(),
  label: z.string(),
  provider: z.string(),
  /** Tokens of input and output together; null: unknown. */
  contextWindow: z.number().int().positive().nullable(),
});
export type AskedModel = z.infer<typeof askedModel>;

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

/** As its provider knows it, such as `openai/gpt-5-mini`. */
export const modelName = plainText({ max: 200 });
const modelLabel = plainText({ max: 120 });
/** Null: unknown. */
const tokens = z.number().int().min(1).max(100_000_000).nullable();

/** A model as those see it who administer the installation. */
export const modelDto = z.strictObject({
  id: modelId,
  providerId,
  name: z.string(),
  /** For people. */
  label: z.string(),
  contextWindow: tokens,
  /** The longest answer that is asked for; null: the provider's own limit. */
  maxOutputTokens: tokens,
  /** Null: nobody has said what it costs. */
  price: modelPrice.nullable(),
  features: modelFeatures,
  isEnabled: z.boolean(),
  createdAt: instant,
});
export type ModelDto = z.infer<typeof modelDto>;
export const modelList = z.strictObject({ items: z.array(modelDto) });

export const listModelsInput = z.strictObject({ providerId });

/** What is left out is taken as usual: tools but no images, and nothing known about size and price. */
export const newModel = z.strictObject({
  name: modelName,
  label: modelLabel.optional(),
  contextWindow: tokens.default(null),
  maxOutputTokens: tokens.default(null),
  price: modelPrice.nullable().default(null),
  features: modelFeatures.default({ tools: true, images: false, reasoning: false }),
});
export type NewModel = z.infer<typeof newModel>;

export const addModelsInput = z.strictObject({
  providerId,
  models: z
    .array(newModel)
    .min(1)
    .max(200)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'A model stands there twice.'),
});
export type AddModelsInput = z.infer<typeof addModelsInput>;

/** What is given changes; the rest stays. */
export const updateModelInput = z.strictObject({
  modelId,
  label: modelLabel.optional(),
  contextWindow: tokens.optional(),
  maxOutputTokens: tokens.optional(),
  price: modelPrice.nullable().optional(),
  features: modelFeatures.optional(),
  isEnabled: z.boolean().optional(),
});
export type UpdateModelInput = z.infer<typeof updateModelInput>;

export const modelRef = z.strictObject({ modelId });
