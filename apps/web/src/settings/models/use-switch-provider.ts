import type { ProviderDto } from '@atelier/contracts/providers';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { showError } from '../../shell/show-error.ts';
import { showToast } from '../../shell/toast-store.ts';
import { useModelsChanged } from './use-models-changed.ts';

/** Turns a provider on or off: at once, and back when the server does not. */
export function useSwitchProvider(): (provider: ProviderDto) => void {
  const { t } = useTranslation('models');
  const utils = trpc.useUtils();
  const changed = useModelsChanged();
  const update = trpc.providers.update.useMutation({
    onMutate: async ({ providerId, isEnabled = true }) => {
      await utils.providers.list.cancel();
      const before = utils.providers.list.getData();
      utils.providers.list.setData(
        undefined,
        (list) => list && { items: list.items.map((item) => (item.id === providerId ? { ...item, isEnabled } : item)) },
      );
      return { before };
    },
    onError: (error, _input, context) => {
      utils.providers.list.setData(undefined, context?.before);
      showError(error);
    },
    onSuccess: ({ name, isEnabled }) =>
      showToast({ text: t(isEnabled ? 'providers.turnedOn' : 'providers.turnedOff', { name }) }),
    onSettled: changed,
  });
  return ({ id, isEnabled }) => update.mutate({ providerId: id, isEnabled: !isEnabled });
}
