import type { AccessDto, ProviderAccess, ProviderDto } from '@atelier/contracts/providers';
import { Dialog } from '@atelier/ui/dialog';
import { Skeleton } from '@atelier/ui/skeleton';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { useSubmit } from '../../auth/use-submit.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { showToast } from '../../shell/toast-store.ts';
import { FormDialog } from '../form-dialog.tsx';
import { AccessChoice } from './access-choice.tsx';
import { OrganisationPicker } from './organisation-picker.tsx';
import { useModelsChanged } from './use-models-changed.ts';

interface AccessDialogProps {
  readonly provider: ProviderDto;
  readonly onClose: () => void;
}

/** Which organisations may use a provider. */
export function AccessDialog({ provider, onClose }: AccessDialogProps) {
  const { t } = useTranslation('models');
  const { t: common } = useTranslation();
  const access = trpc.providers.access.useQuery({ providerId: provider.id }, { staleTime: 0, gcTime: 0 });
  if (access.data) return <AccessForm provider={provider} saved={access.data} onClose={onClose} />;
  return (
    <Dialog
      title={t('access.title', { name: provider.name })}
      closeLabel={common('common.close')}
      onClose={onClose}
      className="sm:w-[560px]"
    >
      <div className="p-5">
        {access.isError ? (
          <LoadError error={access.error} onRetry={() => void access.refetch()} />
        ) : (
          <Skeleton className="h-24 w-full" />
        )}
      </div>
    </Dialog>
  );
}

function AccessForm({ provider, saved, onClose }: AccessDialogProps & { readonly saved: AccessDto }) {
  const { t } = useTranslation('models');
  const [access, setAccess] = useState<ProviderAccess>(saved.access);
  const [chosen, setChosen] = useState(saved.organisations);
  const changed = useModelsChanged();
  const save = trpc.providers.setAccess.useMutation({ onSettled: changed });
  const submission = useSubmit(async () => {
    await save.mutateAsync({ providerId: provider.id, access, organisationIds: chosen.map(({ id }) => id) });
    showToast({ text: t('saved') });
    onClose();
  });
  return (
    <FormDialog
      title={t('access.title', { name: provider.name })}
      action={t('save')}
      submission={submission}
      onSubmit={() => void submission.submit()}
      onClose={onClose}
    >
      <AccessChoice legend={t('access.title', { name: provider.name })} value={access} onChange={setAccess} />
      {access === 'some' && <OrganisationPicker chosen={chosen} onChange={setChosen} />}
    </FormDialog>
  );
}
