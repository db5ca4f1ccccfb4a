import { Button } from '@atelier/ui/button';
import { Download, Printer } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { saveBlob } from '../platform/save-blob.ts';
import { SecretOnce } from './secret-once.tsx';

/** The codes for the day the second factor is lost, as they are given: this once. */
export function RecoveryCodes({ codes, onDone }: { readonly codes: readonly string[]; readonly onDone: () => void }) {
  const { t } = useTranslation('security');
  const text = `${codes.join('\n')}\n`;
  return (
    <SecretOnce
      title={t('codes.title')}
      text={t('codes.text')}
      secret={text}
      onDone={onDone}
      actions={
        <>
          <Button
            icon={<Download aria-hidden className="size-4" />}
            onClick={() => saveBlob(new Blob([text], { type: 'text/plain' }), 'atelier-recovery-codes.txt')}
          >
            {t('once.download')}
          </Button>
          <Button icon={<Printer aria-hidden className="size-4" />} onClick={() => window.print()}>
            {t('once.print')}
          </Button>
        </>
      }
    >
      <ol className="grid gap-x-6 gap-y-1 font-mono text-1 sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code} className="break-all select-all">
            {code}
          </li>
        ))}
      </ol>
    </SecretOnce>
  );
}
