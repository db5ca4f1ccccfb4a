import type { ModelDto } from '@atelier/contracts/models';
import { trpc } from '../../api.ts';
import { showError } from '../../shell/show-error.ts';
import { useModelsChanged } from './use-models-changed.ts';

/** Turns a model of a provider on or off: at once, and back when the server does not. */
export function useSwitchModel(providerId: ModelDto['providerId']): (model: ModelDto) => void {
  const utils = trpc.useUtils();
  const changed = useModelsChanged();
  const list = { providerId };
  const update = trpc.models.update.useMutation({
    onMutate: async ({ modelId, isEnabled = true }) => {
      await utils.models.list.cancel(list);
      const before = utils.models.list.getData(list);
      utils.models.list.setData(
        list,
        (models) =>
          models && { items: models.items.map((item) => (item.id === modelId ? { ...item, isEnabled } : item)) },
      );
      return { before };
    },
    onError: (error, _input, context) => {
      utils.models.list.setData(list, context?.before);
      showError(error);
    },
    onSettled: changed,
  });
  return ({ id, isEnabled }) => update.mutate({ modelId: id, isEnabled: !isEnabled });
}
