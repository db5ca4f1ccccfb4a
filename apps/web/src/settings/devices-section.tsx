import type { DeviceDto } from '@atelier/contracts/devices';
import { Badge } from '@atelier/ui/badge';
import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { Monitor, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, trpc } from '../api.ts';
import { TimeAgo } from '../platform/time-ago.tsx';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { LoadError } from '../shell/load-error.tsx';
import { showError } from '../shell/show-error.ts';
import { showToast } from '../shell/toast-store.ts';
import { Block } from './block.tsx';
import { FactLine, Row, RowList } from './row-list.tsx';

/** Where the person is signed in, and how to end that. */
export function DevicesSection() {
  const { t } = useTranslation('security');
  const utils = trpc.useUtils();
  const devices = trpc.auth.devices.useQuery(undefined, { refetchOnMount: 'always' });
  const [isAsked, setAsked] = useState<'others' | 'all' | null>(null);
  const endAll = trpc.auth.signOutEverywhere.useMutation({
    onSuccess: async ({ ended }, { which }) => {
      setAsked(null);
      if (which === 'all') return client.signInStore.forget();
      showToast({ text: t('devices.ended', { count: ended }) });
      await utils.auth.devices.invalidate();
    },
    onError: showError,
  });

  if (devices.isPending) return <Skeleton className="h-28 w-full" />;
  if (devices.isError) return <LoadError error={devices.error} onRetry={() => void devices.refetch()} />;
  const items = devices.data.items.toSorted((a, b) => Number(b.isCurrent) - Number(a.isCurrent));
  return (
    <Block text={t('devices.text')}>
      <RowList label={t('devices.title')}>
        {items.map((device) => (
          <Device key={device.id} device={device} />
        ))}
      </RowList>
      <div className="mt-3 flex flex-wrap gap-2">
        {items.length > 1 && <Button onClick={() => setAsked('others')}>{t('devices.endOthers')}</Button>}
        <Button look="danger" onClick={() => setAsked('all')}>
          {t('devices.endAll')}
        </Button>
      </div>
      {isAsked !== null && (
        <ConfirmDialog
          title={t(isAsked === 'all' ? 'devices.endAll' : 'devices.endOthers')}
          text={t(isAsked === 'all' ? 'devices.endAllText' : 'devices.endOthersText')}
          confirm={t('devices.endConfirm')}
          isBusy={endAll.isPending}
          onConfirm={() => endAll.mutate({ which: isAsked })}
          onClose={() => setAsked(null)}
        />
      )}
    </Block>
  );
}

function Device({ device }: { readonly device: DeviceDto }) {
  const { t } = useTranslation('security');
  const utils = trpc.useUtils();
  const end = trpc.auth.endDevice.useMutation({
    onSuccess: () => showToast({ text: t('devices.endedOne', { name: device.name }) }),
    onError: showError,
    onSettled: () => utils.auth.devices.invalidate(),
  });
  const { id, name, ip, createdAt, lastUsedAt, isCurrent } = device;
  const Icon = /android|iphone|ipad|mobile/i.test(name) ? Smartphone : Monitor;
  return (
    <Row
      icon={<Icon aria-hidden className="size-4" />}
      title={name}
      marks={isCurrent && <Badge tone="good">{t('devices.current')}</Badge>}
      facts={
        <FactLine>
          {ip !== null && <span>{ip}</span>}
          {!isCurrent && (
            <span>
              {t('lastUsed')} <TimeAgo instant={lastUsedAt} />
            </span>
          )}
          <span>
            {t('devices.since')} <TimeAgo instant={createdAt} />
          </span>
        </FactLine>
      }
      actions={
        !isCurrent && (
          <Button
            look="danger"
            aria-label={t('devices.endOf', { name })}
            disabled={end.isPending}
            onClick={() => end.mutate({ signInId: id })}
          >
            {t('devices.end')}
          </Button>
        )
      }
    />
  );
}
