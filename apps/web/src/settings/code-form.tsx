import { Button } from '@atelier/ui/button';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeField } from '../auth/code-field.tsx';
import { RefusalNote } from '../auth/refusal-note.tsx';
import { useSubmit } from '../auth/use-submit.ts';

interface CodeFormProps {
  readonly text: string;
  readonly action: string;
  readonly isDanger?: boolean;
  /** Whether a recovery code will do as well. */
  readonly takesRecoveryCode?: boolean;
  readonly onCode: (shown: { readonly code: string } | { readonly recoveryCode: string }) => Promise<unknown>;
  readonly onCancel: () => void;
}

/** Asks for a code of the authenticator app before something is done. */
export function CodeForm({
  text,
  action,
  isDanger = false,
  takesRecoveryCode = false,
  onCode,
  onCancel,
}: CodeFormProps) {
  const { t } = useTranslation('security');
  const [kind, setKind] = useState<'totp' | 'recovery_code'>('totp');
  const [code, setCode] = useState('');
  const { submit, isBusy, isWaiting, refusal } = useSubmit(() =>
    onCode(kind === 'totp' ? { code } : { recoveryCode: code }),
  );
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    void submit();
  }
  function change() {
    setCode('');
    setKind(kind === 'totp' ? 'recovery_code' : 'totp');
  }
  return (
    <form onSubmit={onSubmit} className="rounded-3 border border-line bg-raised p-4">
      <p className="mb-3 text-soft">{text}</p>
      <CodeField
        key={kind}
        kind={kind}
        label={t(kind === 'totp' ? 'totp.code' : 'codes.one')}
        value={code}
        onChange={setCode}
        className={kind === 'totp' ? 'max-w-48' : 'max-w-96'}
        isFocused
      />
      <RefusalNote refusal={refusal} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look={isDanger ? 'danger' : 'primary'} disabled={isBusy || isWaiting}>
          {action}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
        {takesRecoveryCode && (
          <Button look="ghost" onClick={change}>
            {t(kind === 'totp' ? 'codes.use' : 'totp.use')}
          </Button>
        )}
      </div>
    </form>
  );
}
