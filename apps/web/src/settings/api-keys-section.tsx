import type { ApiKeyDto, ApiKeyMade } from '@atelier/contracts/api-keys';
import { Badge } from '@atelier/ui/badge';
import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { TimeAgo } from '../platform/time-ago.tsx';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { LoadError } from '../shell/load-error.tsx';
import { showError } from '../shell/show-error.ts';
import { Block } from './block.tsx';
import { NewApiKey } from './new-api-key.tsx';
import { FactLine, Row, RowList } from './row-list.tsx';
import { SecretOnce } from './secret-once.tsx';

/** Keys for programs that act for the person in the current organisation. */
export function ApiKeysSection() {
  const { t } = useTranslation('security');
  const utils = trpc.useUtils();
  const keys = trpc.apiKeys.list.useQuery();
  const [made, setMade] = useState<ApiKeyMade | null>(null);
  const [isCreating, setCreating] = useState(false);

  async function onMade(key: ApiKeyMade): Promise<void> {
    setCreating(false);
    setMade(key);
    await utils.apiKeys.invalidate();
  }
  if (keys.isPending) return <Skeleton className="h-28 w-full" />;
  if (keys.isError) return <LoadError error={keys.error} onRetry={() => void keys.refetch()} />;
  const items = keys.data.items.filter(({ revokedAt }) => revokedAt === null);
  return (
    <Block text={t('keys.text')}>
      <div className="flex flex-col gap-3">
        {made !== null && (
          <SecretOnce
            title={t('keys.madeTitle', { name: made.apiKey.name })}
            text={t('keys.madeText')}
            secret={made.key}
            onDone={() => setMade(null)}
          >
            <code className="block rounded-2 bg-sunken p-3 font-mono text-1 break-all select-all">{made.key}</code>
          </SecretOnce>
        )}
        {isCreating && <NewApiKey onMade={(key) => void onMade(key)} onCancel={() => setCreating(false)} />}
        {!isCreating && made === null && (
          <div>
            <Button look="primary" onClick={() => setCreating(true)}>
              {t('keys.new')}
            </Button>
          </div>
        )}
        {items.length > 0 ? (
          <RowList label={t('keys.title')}>
            {items.map((key) => (
              <ApiKeyRow key={key.id} apiKey={key} />
            ))}
          </RowList>
        ) : (
          !isCreating && made === null && <p className="text-faint">{t('keys.none')}</p>
        )}
      </div>
    </Block>
  );
}

function ApiKeyRow({ apiKey }: { readonly apiKey: ApiKeyDto }) {
  const { t } = useTranslation('security');
  const utils = trpc.useUtils();
  const [isAsked, setAsked] = useState(false);
  const revoke = trpc.apiKeys.revoke.useMutation({
    onError: showError,
    onSettled: async () => {
      setAsked(false);
      await utils.apiKeys.invalidate();
    },
  });
  const { id, name, hint, scopes, expiresAt, lastUsedAt } = apiKey;
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= Date.now();
  return (
    <Row
      icon={<KeyRound aria-hidden className="size-4" />}
      title={name}
      marks={isOver && <Badge tone="warn">{t('keys.expired')}</Badge>}
      facts={
        <FactLine>
          <code className="font-mono text-1">…{hint}</code>
          <span>{scopes.map((scope) => t(`keys.scope.${scope}`)).join(', ')}</span>
          {lastUsedAt === null ? (
            <span>{t('keys.neverUsed')}</span>
          ) : (
            <span>
              {t('lastUsed')} <TimeAgo instant={lastUsedAt} />
            </span>
          )}
          {expiresAt === null ? (
            <span>{t('keys.noEnd')}</span>
          ) : (
            <span>
              {t(isOver ? 'keys.ended' : 'keys.ends')} <TimeAgo instant={expiresAt} />
            </span>
          )}
        </FactLine>
      }
      actions={
        <>
          <Button look="danger" aria-label={t('keys.revokeOf', { name })} onClick={() => setAsked(true)}>
            {t('keys.revoke')}
          </Button>
          {isAsked && (
            <ConfirmDialog
              title={t('keys.revokeTitle')}
              text={t('keys.revokeText', { name })}
              confirm={t('keys.revoke')}
              isBusy={revoke.isPending}
              onConfirm={() => revoke.mutate({ apiKeyId: id })}
              onClose={() => setAsked(false)}
            />
          )}
        </>
      }
    />
  );
}
