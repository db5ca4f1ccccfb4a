import type { SessionDto } from '@atelier/contracts/sessions';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { focusSession, neighboursOf } from './session-focus.ts';
import { showError } from './show-error.ts';
import { showToast } from './toast-store.ts';

export function RemoveSessionDialog({
  session,
  onClose,
}: {
  readonly session: SessionDto;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { sessionId } = useParams({ strict: false });
  const utils = trpc.useUtils();
  const remove = trpc.sessions.remove.useMutation({
    onError: showError,
    onMutate: () => neighboursOf(session.id),
    onSuccess: async (_answer, _input, near) => {
      showToast({ text: t('session.removed') });
      onClose();
      if (sessionId === session.id) await navigate({ to: '/' });
      await utils.sessions.list.invalidate();
      focusSession(near);
    },
  });
  const title = session.title === '' ? t('session.untitled') : session.title;
  return (
    <ConfirmDialog
      title={t('session.removeTitle')}
      text={t('session.removeText', { title })}
      confirm={t('common.delete')}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate({ sessionId: session.id })}
      onClose={onClose}
    />
  );
}
