import * as z from 'zod';
import { chainId, modelId } from './ids.ts';

/** Who is to answer: one model, or a chain of models that stand in for each other. */
export const modelChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('model'), modelId }),
  z.strictObject({ kind: z.literal('chain'), chainId }),
]);
export type ModelChoice = z.infer<typeof modelChoice>;

/** What was chosen for a session, by the name it had then. */
export const chosenModel = z.strictObject({
  /** Null: it was removed since, and what is usual answers. */
  choice: modelChoice.nullable(),
  name: z.string(),
});
export type ChosenModel = z.infer<typeof chosenModel>;
