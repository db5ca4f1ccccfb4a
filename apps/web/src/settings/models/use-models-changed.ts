import { trpc } from '../../api.ts';

/** What is read anew after a change of a provider or a model: chains name them, and so does the page about the installation. */
export function useModelsChanged(): () => Promise<void> {
  const utils = trpc.useUtils();
  return async () => {
    await Promise.all([
      utils.providers.invalidate(),
      utils.models.invalidate(),
      utils.chains.invalidate(),
      utils.installationChains.invalidate(),
      utils.system.about.invalidate(),
    ]);
  };
}
