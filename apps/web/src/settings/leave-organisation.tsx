import type { OrganisationDto } from '@atelier/contracts/auth';
import { Button } from '@atelier/ui/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { goElsewhere } from '../auth/organisation.ts';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { showError } from '../shell/show-error.ts';

export function LeaveOrganisation({ organisation: { name } }: { readonly organisation: OrganisationDto }) {
  const { t } = useTranslation('settings');
  const [isAsking, setAsking] = useState(false);
  const leave = trpc.organisations.leave.useMutation({ onError: showError, onSuccess: goElsewhere });
  return (
    <>
      <Button look="danger" onClick={() => setAsking(true)}>
        {t('organisation.leaveAction')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('organisation.leaveTitle', { organisation: name })}
          text={t('organisation.leaveText')}
          confirm={t('organisation.leave')}
          isBusy={leave.isPending}
          onConfirm={() => leave.mutate()}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
