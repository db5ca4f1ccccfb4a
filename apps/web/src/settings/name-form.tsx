import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { TextField } from '@atelier/ui/text-field';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api.ts';
import { RefusalNote } from '../auth/refusal-note.tsx';
import { useSubmit } from '../auth/use-submit.ts';
import { showToast } from '../shell/toast-store.ts';

interface NameFormProps {
  readonly label: string;
  readonly hint?: string;
  readonly autoComplete: 'name' | 'off';
  readonly saved: string;
  readonly save: (name: string) => Promise<unknown>;
}

/** A name of the person or of their organisation. */
export function NameForm({ label, hint, autoComplete, saved, save }: NameFormProps) {
  const { t } = useTranslation('settings');
  const [name, setName] = useState(saved);
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    await save(name.trim());
    // The name stands in the identity, which comes with a token.
    await client.signInStore.renew();
    showToast({ text: t('saved') });
  });
  const isSame = name.trim() === saved || name.trim() === '';

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (!isSame) void submit();
  }
  return (
    <form onSubmit={onSubmit} className="mb-6 max-w-sm">
      <TextField
        label={label}
        {...(hint !== undefined && { hint })}
        autoComplete={autoComplete}
        maxLength={80}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <RefusalNote refusal={refusal} />
      <Button type="submit" look="primary" disabled={isSame || isBusy || isWaiting} icon={isBusy && <Spinner />}>
        {t('save')}
      </Button>
    </form>
  );
}
