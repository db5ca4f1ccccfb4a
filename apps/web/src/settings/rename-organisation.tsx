import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { TextField } from '@atelier/ui/text-field';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, trpc } from '../api.ts';
import { RefusalNote } from '../auth/refusal-note.tsx';
import { useSubmit } from '../auth/use-submit.ts';
import { showToast } from '../shell/toast-store.ts';

export function RenameOrganisation({ name: saved }: { readonly name: string }) {
  const { t } = useTranslation('settings');
  const [name, setName] = useState(saved);
  const utils = trpc.useUtils();
  const rename = trpc.organisations.rename.useMutation();
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    await rename.mutateAsync({ name: name.trim() });
    // The name stands in the identity, which comes with a token.
    await client.signInStore.renew();
    await utils.organisations.list.invalidate();
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
        label={t('organisation.name')}
        maxLength={80}
        autoComplete="off"
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
