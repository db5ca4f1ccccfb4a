import type { SessionDto } from '@atelier/contracts/sessions';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { showError } from './show-error.ts';
import { showToast } from './toast-store.ts';

/** Archives and restores, each with its undo. */
export function useArchive() {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const onSettled = () => utils.sessions.list.invalidate();
  const archiving = trpc.sessions.archive.useMutation({ onError: showError, onSettled });
  const restoring = trpc.sessions.restore.useMutation({ onError: showError, onSettled });

  function archive({ id }: SessionDto): void {
    archiving.mutate(
      { sessionId: id },
      {
        onSuccess: () =>
          showToast({
            text: t('session.archived'),
            action: { label: t('common.undo'), run: () => restoring.mutate({ sessionId: id }) },
          }),
      },
    );
  }
  function restore({ id }: SessionDto): void {
    restoring.mutate({ sessionId: id }, { onSuccess: () => showToast({ text: t('session.restored') }) });
  }
  return { archive, restore };
}
