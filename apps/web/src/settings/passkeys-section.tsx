import type { PasskeyDto } from '@atelier/contracts/passkeys';
import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc, trpcClient } from '../api.ts';
import { hasPasskeys, makePasskey } from '../auth/passkey-prompt.ts';
import { RefusalNote } from '../auth/refusal-note.tsx';
import { useSubmit } from '../auth/use-submit.ts';
import { TimeAgo } from '../platform/time-ago.tsx';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { LoadError } from '../shell/load-error.tsx';
import { showError } from '../shell/show-error.ts';
import { deviceName } from './device-name.ts';
import { NameField } from './name-field.tsx';
import { FactLine, Row, RowList } from './row-list.tsx';

/** Passkeys: adding one on this device, naming, removing. */
export function PasskeysSection() {
  const { t } = useTranslation('security');
  const utils = trpc.useUtils();
  const passkeys = trpc.passkeys.list.useQuery();
  const add = useSubmit(async () => {
    const response = await makePasskey(await trpcClient.passkeys.startRegistration.mutate());
    await trpcClient.passkeys.finishRegistration.mutate({ name: deviceName(), response });
    await Promise.all([utils.passkeys.invalidate(), utils.secondFactor.invalidate()]);
  });

  if (passkeys.isPending) return <Skeleton className="h-14 w-full" />;
  if (passkeys.isError) return <LoadError error={passkeys.error} onRetry={() => void passkeys.refetch()} />;
  const { items } = passkeys.data;
  return (
    <>
      {items.length > 0 && (
        <div className="mb-3">
          <RowList label={t('passkeys.title')}>
            {items.map((passkey) => (
              <PasskeyRow key={passkey.id} passkey={passkey} />
            ))}
          </RowList>
        </div>
      )}
      <RefusalNote refusal={add.refusal} />
      {hasPasskeys() ? (
        <Button disabled={add.isBusy || add.isWaiting} onClick={() => void add.submit()}>
          {t('passkeys.add')}
        </Button>
      ) : (
        <p className="text-soft">{t('passkeys.cannot')}</p>
      )}
    </>
  );
}

function PasskeyRow({ passkey }: { readonly passkey: PasskeyDto }) {
  const { t } = useTranslation('security');
  const utils = trpc.useUtils();
  const [step, setStep] = useState<'rest' | 'naming' | 'removing'>('rest');
  const rename = trpc.passkeys.rename.useMutation({
    onError: showError,
    onSettled: () => utils.passkeys.invalidate(),
  });
  const remove = trpc.passkeys.remove.useMutation({
    onError: showError,
    onSettled: async () => {
      setStep('rest');
      await Promise.all([utils.passkeys.invalidate(), utils.secondFactor.invalidate()]);
    },
  });
  const { id, name, lastUsedAt, createdAt, isBackedUp } = passkey;
  return (
    <Row
      icon={<Fingerprint aria-hidden className="size-4" />}
      title={
        step === 'naming' ? (
          <NameField
            label={t('passkeys.name')}
            value={name}
            onSave={(next) => rename.mutate({ passkeyId: id, name: next })}
            onDone={() => setStep('rest')}
          />
        ) : (
          name
        )
      }
      facts={
        <FactLine>
          {isBackedUp && <span>{t('passkeys.backedUp')}</span>}
          <span>
            {t(lastUsedAt === null ? 'added' : 'lastUsed')} <TimeAgo instant={lastUsedAt ?? createdAt} />
          </span>
        </FactLine>
      }
      actions={
        <>
          <Button aria-label={t('renameOf', { name })} onClick={() => setStep('naming')}>
            {t('rename')}
          </Button>
          <Button look="danger" aria-label={t('removeOf', { name })} onClick={() => setStep('removing')}>
            {t('remove')}
          </Button>
          {step === 'removing' && (
            <ConfirmDialog
              title={t('passkeys.removeTitle')}
              text={t('passkeys.removeText', { name })}
              confirm={t('remove')}
              isBusy={remove.isPending}
              onConfirm={() => remove.mutate({ passkeyId: id })}
              onClose={() => setStep('rest')}
            />
          )}
        </>
      }
    />
  );
}
