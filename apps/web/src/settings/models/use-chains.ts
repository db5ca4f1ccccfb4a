import type { ChainDto, ChainScope } from '@atelier/contracts/chains';
import { trpc } from '../../api.ts';
import { showError } from '../../shell/show-error.ts';

/** The chains of the installation, or of the organisation that is shown, and what changes them. */
export function useChains(scope: ChainScope) {
  const utils = trpc.useUtils();
  const router = scope === 'installation' ? trpc.installationChains : trpc.chains;
  const cache = scope === 'installation' ? utils.installationChains : utils.chains;
  const changed = async () => {
    await Promise.all([cache.invalidate(), utils.models.available.invalidate(), utils.system.about.invalidate()]);
  };
  const setDefault = router.setDefault.useMutation({
    onMutate: async ({ chainId }) => {
      await cache.list.cancel();
      const before = cache.list.getData();
      cache.list.setData(
        undefined,
        (list) => list && { items: list.items.map((chain) => ({ ...chain, isDefault: chain.id === chainId })) },
      );
      return { before };
    },
    onError: (error, _input, context) => {
      cache.list.setData(undefined, context?.before);
      showError(error);
    },
    onSettled: changed,
  });
  return {
    list: router.list.useQuery(),
    create: router.create.useMutation({ onSettled: changed }),
    update: router.update.useMutation({ onSettled: changed }),
    remove: router.remove.useMutation({ onError: showError, onSettled: changed }),
    setDefault: (chainId: ChainDto['id'] | null) => setDefault.mutate({ chainId }),
  };
}
