import type { AvailableModels } from '@atelier/contracts/available-models';
import type { ChosenModel } from '@atelier/contracts/model-choice';

/** Whether what was chosen may still be used. */
export function isOffered({ models, chains }: AvailableModels, { choice }: ChosenModel): boolean {
  if (choice === null) return false;
  if (choice.kind === 'model') return models.some(({ id }) => id === choice.modelId);
  return chains.some(({ id }) => id === choice.chainId);
}

/** Whoever is asked first: of what was chosen, while it may be used, else what is usual. Null: the offline model. */
export function firstAsked({ models, chains, standard }: AvailableModels, chosen: ChosenModel | null) {
  const choice = chosen?.choice ?? null;
  const chain = choice?.kind === 'chain' ? chains.find(({ id }) => id === choice.chainId) : null;
  const modelId = choice?.kind === 'model' ? choice.modelId : chain?.modelIds[0];
  return models.find(({ id }) => id === modelId) ?? standard;
}

/** Bytes of the largest picture that whoever answers first can be shown; null: they see none. */
export function largestPictureFor(available: AvailableModels, chosen: ChosenModel | null): number | null {
  return firstAsked(available, chosen)?.largestPicture ?? null;
}

/** The models of each provider, by its name, in the order they were added. */
export function byProvider(models: AvailableModels['models']): ReadonlyMap<string, AvailableModels['models']> {
  return Map.groupBy(models, ({ provider }) => provider);
}
