import type { ProviderDto } from '@atelier/contracts/providers';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { ConfirmDialog } from '../../shell/confirm-dialog.tsx';
import { showError } from '../../shell/show-error.ts';
import { showToast } from '../../shell/toast-store.ts';
import { useModelsChanged } from './use-models-changed.ts';

interface RemoveProviderProps {
  readonly provider: ProviderDto;
  readonly onClose: () => void;
}

export function RemoveProvider({ provider: { id, name }, onClose }: RemoveProviderProps) {
  const { t } = useTranslation('models');
  const changed = useModelsChanged();
  const remove = trpc.providers.remove.useMutation({
    onError: showError,
    onSuccess: () => {
      onClose();
      showToast({ text: t('providers.removed', { name }) });
    },
    onSettled: changed,
  });
  return (
    <ConfirmDialog
      title={t('providers.removeTitle', { name })}
      text={t('providers.removeText')}
      confirm={t('providers.removeAction')}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate({ providerId: id })}
      onClose={onClose}
    />
  );
}
