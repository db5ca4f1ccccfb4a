import type { AccountDto } from '@atelier/contracts/devices';
import type { ProviderId } from '@atelier/contracts/oauth';
import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { ProviderIcon } from '../auth/provider-icon.tsx';
import { useProviders } from '../auth/use-providers.ts';
import { TimeAgo } from '../platform/time-ago.tsx';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { LoadError } from '../shell/load-error.tsx';
import { showError } from '../shell/show-error.ts';
import { FactLine, Row, RowList } from './row-list.tsx';

/** The accounts at providers by which the person signs in, and those they could link. */
export function LinkedAccountsSection() {
  const { t } = useTranslation('security');
  const providers = useProviders();
  const accounts = trpc.auth.accounts.useQuery();
  if (accounts.isPending) return <Skeleton className="h-14 w-full" />;
  if (accounts.isError) return <LoadError error={accounts.error} onRetry={() => void accounts.refetch()} />;
  const linked = accounts.data.items.filter(isOfProvider);
  const free = providers.filter(({ id }) => !linked.some(({ provider }) => provider === id));
  if (linked.length === 0 && free.length === 0) return <p className="text-soft">{t('accounts.none')}</p>;
  return (
    <RowList label={t('accounts.title')}>
      {linked.map((account) => (
        <LinkedAccount
          key={account.id}
          account={account}
          name={providers.find(({ id }) => id === account.provider)?.name ?? account.provider}
        />
      ))}
      {free.map(({ id, name }) => (
        <FreeProvider key={id} id={id} name={name} />
      ))}
    </RowList>
  );
}

type LinkedAccountDto = AccountDto & { readonly provider: ProviderId };
const isOfProvider = (account: AccountDto): account is LinkedAccountDto => account.provider !== 'password';

function LinkedAccount({ account, name }: { readonly account: LinkedAccountDto; readonly name: string }) {
  const { t } = useTranslation('security');
  const utils = trpc.useUtils();
  const [isAsked, setAsked] = useState(false);
  const unlink = trpc.auth.unlink.useMutation({
    onError: showError,
    onSettled: async () => {
      setAsked(false);
      await utils.auth.accounts.invalidate();
    },
  });
  const { id, provider, email, createdAt, lastUsedAt } = account;
  return (
    <Row
      icon={<ProviderIcon id={provider} />}
      title={name}
      facts={
        <FactLine>
          {email !== null && <span>{email}</span>}
          <span>
            {t(lastUsedAt === null ? 'accounts.linked' : 'lastUsed')} <TimeAgo instant={lastUsedAt ?? createdAt} />
          </span>
        </FactLine>
      }
      actions={
        <>
          <Button look="danger" aria-label={t('accounts.unlinkOf', { name })} onClick={() => setAsked(true)}>
            {t('accounts.unlink')}
          </Button>
          {isAsked && (
            <ConfirmDialog
              title={t('accounts.unlinkTitle', { name })}
              text={t('accounts.unlinkText', { name })}
              confirm={t('accounts.unlink')}
              isBusy={unlink.isPending}
              onConfirm={() => unlink.mutate({ accountId: id })}
              onClose={() => setAsked(false)}
            />
          )}
        </>
      }
    />
  );
}

function FreeProvider({ id, name }: { readonly id: ProviderId; readonly name: string }) {
  const { t } = useTranslation('security');
  // The server leads out of the app, and back to this page.
  const link = trpc.auth.startLink.useMutation({
    onSuccess: ({ address }) => window.location.assign(address),
    onError: showError,
  });
  return (
    <Row
      icon={<ProviderIcon id={id} />}
      title={name}
      facts={t('accounts.free')}
      actions={
        <Button
          aria-label={t('accounts.linkOf', { name })}
          disabled={link.isPending || link.isSuccess}
          onClick={() => link.mutate({ provider: id })}
        >
          {t('accounts.link')}
        </Button>
      }
    />
  );
}
