import type { OrganisationDto } from '@atelier/contracts/auth';
import type { MemberDto } from '@atelier/contracts/organisations';
import { Button } from '@atelier/ui/button';
import { Select } from '@atelier/ui/select';
import { Skeleton } from '@atelier/ui/skeleton';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, trpc } from '../api.ts';
import { useIdentity } from '../auth/identity.ts';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { LoadError } from '../shell/load-error.tsx';
import { showError } from '../shell/show-error.ts';
import { showToast } from '../shell/toast-store.ts';
import { useMembers } from './use-members.ts';

/** Makes another member the owner. */
export function TransferOrganisation({ organisation }: { readonly organisation: OrganisationDto }) {
  const { t } = useTranslation('settings');
  const me = useIdentity()?.user.id;
  const { pages, members } = useMembers();
  const [chosen, setChosen] = useState('');
  const [isAsking, setAsking] = useState(false);
  const others = members.filter(({ userId }) => userId !== me);
  const heir = others.find(({ userId }) => userId === chosen);

  if (pages.isError) return <LoadError error={pages.error} onRetry={() => void pages.refetch()} />;
  if (pages.isPending) return <Skeleton className="h-10 w-full max-w-sm" />;
  if (others.length === 0) return <p className="text-faint">{t('organisation.transferNobody')}</p>;
  return (
    <div className="flex max-w-sm flex-col items-start gap-3">
      <Select
        label={t('organisation.transferTo')}
        size="form"
        className="w-full"
        value={chosen}
        options={[
          ['', t('organisation.transferChoose')],
          ...others.map(({ userId, name, email }) => [userId, email === null ? name : `${name} (${email})`] as const),
        ]}
        onChange={setChosen}
      />
      {pages.hasNextPage && (
        <Button look="ghost" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('members.more')}
        </Button>
      )}
      <Button look="danger" disabled={!heir} onClick={() => setAsking(true)}>
        {t('organisation.transferAction')}
      </Button>
      {isAsking && heir && <TransferDialog organisation={organisation} heir={heir} onClose={() => setAsking(false)} />}
    </div>
  );
}

interface TransferDialogProps {
  readonly organisation: OrganisationDto;
  readonly heir: MemberDto;
  readonly onClose: () => void;
}

function TransferDialog({ organisation, heir, onClose }: TransferDialogProps) {
  const { t } = useTranslation('settings');
  const utils = trpc.useUtils();
  const names = { organisation: organisation.name, name: heir.name };
  const transfer = trpc.organisations.transfer.useMutation({
    onError: showError,
    onSuccess: async () => {
      onClose();
      showToast({ text: t('organisation.transferred', names) });
      // The role stands in the identity, which comes with a token.
      await client.signInStore.renew();
      await utils.organisations.invalidate();
    },
  });
  return (
    <ConfirmDialog
      title={t('organisation.transferTitle', names)}
      text={t('organisation.transferConfirm', names)}
      confirm={t('organisation.transfer')}
      isBusy={transfer.isPending}
      onConfirm={() => transfer.mutate({ userId: heir.userId })}
      onClose={onClose}
    />
  );
}
