import { Button } from '@atelier/ui/button';
import { Dialog } from '@atelier/ui/dialog';
import { Spinner } from '@atelier/ui/spinner';
import { TextField } from '@atelier/ui/text-field';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api.ts';
import { RefusalNote } from './refusal-note.tsx';
import { useSubmit } from './use-submit.ts';

/** Asks for the password before something dangerous, which is done as soon as it is right. */
export function ConfirmationDialog({ onSettled }: { readonly onSettled: (isConfirmed: boolean) => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    // The sign-in goes on under another id, with a token of its own.
    client.signInStore.accept(await client.api.auth.confirm.mutate({ password }));
    onSettled(true);
  });

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (password !== '') void submit();
  }
  return (
    <Dialog title={t('confirmation.title')} closeLabel={t('common.close')} onClose={() => onSettled(false)}>
      <form onSubmit={onSubmit}>
        <div className="p-5 pb-2 text-2">
          <p className="mb-4">{t('confirmation.text')}</p>
          <TextField
            data-autofocus
            label={t('confirmation.password')}
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={({ target }) => setPassword(target.value)}
          />
          <RefusalNote refusal={refusal} />
        </div>
        <div className="flex justify-end gap-2 border-t border-line p-3">
          <Button onClick={() => onSettled(false)}>{t('common.cancel')}</Button>
          <Button
            type="submit"
            look="primary"
            disabled={password === '' || isBusy || isWaiting}
            icon={isBusy && <Spinner />}
          >
            {t('confirmation.action')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
