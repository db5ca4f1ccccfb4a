import type { OrganisationDto } from '@atelier/contracts/auth';
import { Button } from '@atelier/ui/button';
import { Dialog } from '@atelier/ui/dialog';
import { Spinner } from '@atelier/ui/spinner';
import { TextField } from '@atelier/ui/text-field';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { goElsewhere } from '../auth/organisation.ts';
import { RefusalNote } from '../auth/refusal-note.tsx';
import { useSubmit } from '../auth/use-submit.ts';
import { showToast } from '../shell/toast-store.ts';

export function DeleteOrganisation({ organisation }: { readonly organisation: OrganisationDto }) {
  const { t } = useTranslation('settings');
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button look="danger" onClick={() => setAsking(true)}>
        {t('organisation.removeAction')}
      </Button>
      {isAsking && <DeleteDialog organisation={organisation} onClose={() => setAsking(false)} />}
    </>
  );
}

/** Its name has to be typed: nobody deletes the wrong one by habit. */
function DeleteDialog({
  organisation: { name },
  onClose,
}: {
  readonly organisation: OrganisationDto;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('settings');
  const { t: common } = useTranslation();
  const [typed, setTyped] = useState('');
  const archive = trpc.organisations.archive.useMutation();
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    await archive.mutateAsync();
    showToast({ text: t('organisation.removed', { organisation: name }) });
    await goElsewhere();
  });

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (typed.trim() === name) void submit();
  }
  return (
    <Dialog
      title={t('organisation.removeTitle', { organisation: name })}
      closeLabel={common('common.close')}
      onClose={onClose}
    >
      <form onSubmit={onSubmit}>
        <div className="p-5 pb-2 text-2">
          <p className="mb-4">{t('organisation.removeText')}</p>
          <TextField
            data-autofocus
            label={t('organisation.removeType', { organisation: name })}
            autoComplete="off"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
          <RefusalNote refusal={refusal} />
        </div>
        <div className="flex justify-end gap-2 border-t border-line p-3">
          <Button onClick={onClose}>{common('common.cancel')}</Button>
          <Button
            type="submit"
            look="danger"
            disabled={typed.trim() !== name || isBusy || isWaiting}
            icon={isBusy && <Spinner />}
          >
            {t('organisation.remove')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
