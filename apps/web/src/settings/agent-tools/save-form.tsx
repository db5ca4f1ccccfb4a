import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { RefusalNote } from '../../auth/refusal-note.tsx';
import { useMay } from '../../auth/use-may.ts';
import type { Submission } from '../../auth/use-submit.ts';

interface SaveFormProps {
  readonly submission: Submission;
  readonly isSame: boolean;
  readonly action: string;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

/** A part of the settings with a button of its own, for who may change them. */
export function SaveForm({ submission, isSame, action, onSubmit, children }: SaveFormProps) {
  const { t } = useTranslation('mcp');
  const mayWrite = useMay('installation.write');
  const { isBusy, isWaiting, refusal } = submission;
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!isSame) onSubmit();
  }
  return (
    <form noValidate aria-label={action} onSubmit={submit}>
      <fieldset disabled={!mayWrite}>{children}</fieldset>
      {mayWrite ? (
        <>
          <RefusalNote refusal={refusal} />
          <Button type="submit" disabled={isSame || isBusy || isWaiting} icon={isBusy && <Spinner />}>
            {action}
          </Button>
        </>
      ) : (
        <p className="text-faint">{t('admin.readOnly')}</p>
      )}
    </form>
  );
}
