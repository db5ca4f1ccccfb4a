import * as z from 'zod';
import { chainId, instant, modelId } from './ids.ts';
import { plainText } from './plain-text.ts';

/** Whose chain it is: the installation's, for all organisations, or one organisation's own. */
export const chainScope = z.enum(['installation', 'organisation']);
export type ChainScope = z.infer<typeof chainScope>;

/** Models that stand in for each other: the first one answers, and where it fails the next. */
export const chainDto = z.strictObject({
  id: chainId,
  name: z.string(),
  scope: chainScope,
  /** Answers where nothing is chosen. An organisation's comes before the installation's. */
  isDefault: z.boolean(),
  /** In order. One that may not be used now is passed over. */
  models: z.array(z.strictObject({ id: modelId, label: z.string(), provider: z.string(), isUsable: z.boolean() })),
  createdAt: instant,
});
export type ChainDto = z.infer<typeof chainDto>;
export const chainList = z.strictObject({ items: z.array(chainDto) });

const name = plainText({ max: 80 });
const modelIds = z
  .array(modelId)
  .min(1)
  .max(10)
  .refine((list) => new Set(list).size === list.length, 'A model stands there twice.');

export const createChainInput = z.strictObject({ name, modelIds });
export type CreateChainInput = z.infer<typeof createChainInput>;

/** What is given changes; the rest stays. */
export const updateChainInput = z.strictObject({ chainId, name: name.optional(), modelIds: modelIds.optional() });
export type UpdateChainInput = z.infer<typeof updateChainInput>;

export const chainRef = z.strictObject({ chainId });
/** Null: none, so that the installation's default holds, or its first model. */
export const setDefaultChainInput = z.strictObject({ chainId: chainId.nullable() });
