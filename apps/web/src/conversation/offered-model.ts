import type { AvailableModels } from '@atelier/contracts/available-models';
import type { ChosenModel } from '@atelier/contracts/model-choice';

/** Whether what was chosen may still be used. */
export function isOffered({ models, chains }: AvailableModels, { choice }: ChosenModel): boolean {
  if (choice === null) return false;
  if (choice.kind === 'model') return models.some(({ id }) => id === choice.modelId);
  return chains.some(({ id }) => id === choice.chainId);
}

/** Bytes of the largest picture that whoever answers first can be shown; null: they see none. */
export function largestPictureFor({ models, chains, standard }: AvailableModels, chosen: ChosenModel | null) {
  const choice = chosen?.choice ?? null;
  const chain = choice?.kind === 'chain' ? chains.find(({ id }) => id === choice.chainId) : null;
  const modelId = choice?.kind === 'model' ? choice.modelId : chain?.modelIds[0];
  const model = models.find(({ id }) => id === modelId);
  return (model ?? standard)?.largestPicture ?? null;
}

/** The models of each provider, by its name, in the order they were added. */
export function byProvider(models: AvailableModels['models']): ReadonlyMap<string, AvailableModels['models']> {
  return Map.groupBy(models, ({ provider }) => provider);
}
