import { Button } from '@atelier/ui/button';
import { Dialog } from '@atelier/ui/dialog';
import { Spinner } from '@atelier/ui/spinner';
import { TextField } from '@atelier/ui/text-field';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { switchOrganisation } from '../auth/organisation.ts';
import { RefusalNote } from '../auth/refusal-note.tsx';
import { useSubmit } from '../auth/use-submit.ts';

/** Makes an organisation and goes there. */
export function NewOrganisationDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const utils = trpc.useUtils();
  const create = trpc.organisations.create.useMutation({ onSettled: () => utils.organisations.list.invalidate() });
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    const { id } = await create.mutateAsync({ name: name.trim() });
    onClose();
    await switchOrganisation(id);
  });

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (name.trim() !== '') void submit();
  }
  return (
    <Dialog title={t('organisation.createTitle')} closeLabel={t('common.close')} onClose={onClose}>
      <form onSubmit={onSubmit}>
        <div className="p-5 pb-2 text-2">
          <p className="mb-4 text-soft">{t('organisation.createText')}</p>
          <TextField
            data-autofocus
            label={t('organisation.name')}
            maxLength={80}
            autoComplete="off"
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
          <RefusalNote refusal={refusal} />
        </div>
        <div className="flex justify-end gap-2 border-t border-line p-3">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            type="submit"
            look="primary"
            disabled={name.trim() === '' || isBusy || isWaiting}
            icon={isBusy && <Spinner />}
          >
            {t('organisation.createAction')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
