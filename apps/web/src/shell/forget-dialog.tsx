import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signOutAndForget } from '../auth/sign-out.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** Asks before drafts and unsent messages are dropped with the sign-in. */
export function ForgetDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  return (
    <ConfirmDialog
      title={t('nav.forgetTitle')}
      text={t('nav.forgetText')}
      confirm={t('nav.forgetAction')}
      isBusy={isBusy}
      onConfirm={() => {
        setBusy(true);
        void signOutAndForget().finally(() => setBusy(false));
      }}
      onClose={onClose}
    />
  );
}
