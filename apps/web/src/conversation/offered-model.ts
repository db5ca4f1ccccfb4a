import type { AvailableModels } from '@atelier/contracts/available-models';
import type { ChosenModel } from '@atelier/contracts/model-choice';

/** Whether what was chosen may still be used. */
export function isOffered({ models, chains }: AvailableModels, { choice }: ChosenModel): boolean {
  if (choice === null) return false;
  if (choice.kind === 'model') return models.some(({ id }) => id === choice.modelId);
  return chains.some(({ id }) => id === choice.chainId);
}

/** The models of each provider, by its name, in the order they were added. */
export function byProvider(models: AvailableModels['models']): ReadonlyMap<string, AvailableModels['models']> {
  return Map.groupBy(models, ({ provider }) => provider);
}
