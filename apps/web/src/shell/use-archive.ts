import type { SessionDto } from '@atelier/contracts/sessions';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { focusSession, neighboursOf } from './session-focus.ts';
import { showError } from './show-error.ts';
import { showToast } from './toast-store.ts';

/** Archives and restores, each with its undo. The row goes; the focus stays near where it was. */
export function useArchive() {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const onMutate = ({ sessionId }: { readonly sessionId: string }) => [sessionId, ...neighboursOf(sessionId)];
  const onSettled = async (_answer: unknown, _error: unknown, _input: unknown, near: readonly string[] = []) => {
    await utils.sessions.list.invalidate();
    focusSession(near);
  };
  const restoring = trpc.sessions.restore.useMutation({ onError: showError, onMutate, onSettled });
  const archiving = trpc.sessions.archive.useMutation({
    onError: showError,
    onMutate,
    onSettled,
    onSuccess: (_answer, { sessionId }) =>
      showToast({
        text: t('session.archived'),
        action: { label: t('common.undo'), run: () => restoring.mutate({ sessionId }) },
      }),
  });

  return {
    archive: ({ id }: SessionDto) => archiving.mutate({ sessionId: id }),
    restore: ({ id }: SessionDto) =>
      restoring.mutate({ sessionId: id }, { onSuccess: () => showToast({ text: t('session.restored') }) }),
  };
}
