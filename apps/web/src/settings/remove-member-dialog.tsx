import type { MemberDto } from '@atelier/contracts/organisations';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useIdentity } from '../auth/identity.ts';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { showError } from '../shell/show-error.ts';
import { showToast } from '../shell/toast-store.ts';

interface RemoveMemberDialogProps {
  readonly member: MemberDto;
  readonly onClose: (isRemoved: boolean) => void;
}

export function RemoveMemberDialog({ member: { userId, name }, onClose }: RemoveMemberDialogProps) {
  const { t } = useTranslation('settings');
  const organisation = useIdentity()?.organisation.name ?? '';
  const utils = trpc.useUtils();
  const remove = trpc.organisations.removeMember.useMutation({
    onError: showError,
    onSuccess: async () => {
      onClose(true);
      showToast({ text: t('members.removed', { name }) });
      await utils.organisations.invalidate();
    },
  });
  return (
    <ConfirmDialog
      title={t('members.removeTitle', { name })}
      text={t('members.removeText', { organisation })}
      confirm={t('members.remove')}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate({ userId })}
      onClose={() => onClose(false)}
    />
  );
}
