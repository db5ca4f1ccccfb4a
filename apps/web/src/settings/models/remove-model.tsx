import type { ModelDto } from '@atelier/contracts/models';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { ConfirmDialog } from '../../shell/confirm-dialog.tsx';
import { showError } from '../../shell/show-error.ts';
import { showToast } from '../../shell/toast-store.ts';
import { useModelsChanged } from './use-models-changed.ts';

interface RemoveModelProps {
  readonly model: ModelDto;
  readonly onClose: () => void;
}

export function RemoveModel({ model: { id, label }, onClose }: RemoveModelProps) {
  const { t } = useTranslation('models');
  const changed = useModelsChanged();
  const remove = trpc.models.remove.useMutation({
    onError: showError,
    onSuccess: () => {
      onClose();
      showToast({ text: t('list.removed', { name: label }) });
    },
    onSettled: changed,
  });
  return (
    <ConfirmDialog
      title={t('list.removeTitle', { name: label })}
      text={t('list.removeText')}
      confirm={t('list.removeAction')}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate({ modelId: id })}
      onClose={onClose}
    />
  );
}
