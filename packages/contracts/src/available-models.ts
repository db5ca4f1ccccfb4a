import * as z from 'zod';
import { chainScope } from './chains.ts';
import { chainId, modelId } from './ids.ts';
import { modelFeatures, modelPrice } from './models.ts';

/** A model as everybody sees it who may use it: nothing of how its provider is reached. */
export const availableModel = z.strictObject({
  id: modelId,
  label: z.string(),
  /** The provider's name. */
  provider: z.string(),
  contextWindow: z.number().int().nullable(),
  maxOutputTokens: z.number().int().nullable(),
  price: modelPrice.nullable(),
  features: modelFeatures,
  /** Bytes of the largest picture that it can be shown; null: it sees none. */
  largestPicture: z.number().int().nullable(),
});
export type AvailableModel = z.infer<typeof availableModel>;

/** Models of a chain that may not be used now are left out. */
export const availableChain = z.strictObject({
  id: chainId,
  name: z.string(),
  scope: chainScope,
  isDefault: z.boolean(),
  modelIds: z.array(modelId),
});

/** What the current organisation may use. */
export const availableModels = z.strictObject({
  models: z.array(availableModel),
  chains: z.array(availableChain),
  /** What answers where nothing is chosen; null: the offline model. */
  standard: z
    .strictObject({
      label: z.string(),
      contextWindow: z.number().int().nullable(),
      largestPicture: z.number().int().nullable(),
    })
    .nullable(),
});
export type AvailableModels = z.infer<typeof availableModels>;
