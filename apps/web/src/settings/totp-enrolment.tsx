import { Button } from '@atelier/ui/button';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpcClient } from '../api.ts';
import { CodeField } from '../auth/code-field.tsx';
import { RefusalNote } from '../auth/refusal-note.tsx';
import { useSubmit } from '../auth/use-submit.ts';
import { useCopy } from '../platform/use-copy.ts';
import { QrCode } from './qr-code.tsx';

interface TotpEnrolmentProps {
  readonly secret: string;
  /** For the picture. */
  readonly address: string;
  readonly onConfirmed: (recoveryCodes: readonly string[]) => void;
  readonly onCancel: () => void;
}

/** Puts the secret into an authenticator app, and shows by a first code that it is there. */
export function TotpEnrolment({ secret, address, onConfirmed, onCancel }: TotpEnrolmentProps) {
  const { t } = useTranslation('security');
  const { isCopied, copy } = useCopy();
  const [code, setCode] = useState('');
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    const { recoveryCodes } = await trpcClient.secondFactor.confirmTotp.mutate({ code });
    onConfirmed(recoveryCodes);
  });
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    void submit();
  }
  return (
    <form onSubmit={onSubmit} className="rounded-3 border border-line bg-raised p-4">
      <div className="flex flex-wrap gap-x-6 gap-y-4">
        <QrCode text={address} label={t('totp.picture')} />
        <div className="min-w-0 flex-1 basis-60">
          <p className="mb-1">{t('totp.scan')}</p>
          <p className="mb-1 text-soft">{t('totp.typeInstead')}</p>
          <p className="mb-4 flex items-center gap-2">
            <code className="min-w-0 font-mono text-1 break-all select-all">{secret.match(/.{1,4}/g)?.join(' ')}</code>
            <Button look="ghost" onClick={() => void copy(secret)}>
              {isCopied ? t('once.copied') : t('once.copy')}
            </Button>
          </p>
          <CodeField
            kind="totp"
            label={t('totp.code')}
            value={code}
            onChange={setCode}
            className="max-w-48"
            isFocused
          />
          <RefusalNote refusal={refusal} />
          <div className="flex gap-2">
            <Button type="submit" look="primary" disabled={isBusy || isWaiting}>
              {t('totp.confirm')}
            </Button>
            <Button onClick={onCancel}>{t('cancel')}</Button>
          </div>
        </div>
      </div>
    </form>
  );
}
