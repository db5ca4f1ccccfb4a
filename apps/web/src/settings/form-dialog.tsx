import { Button } from '@atelier/ui/button';
import { Dialog } from '@atelier/ui/dialog';
import { Spinner } from '@atelier/ui/spinner';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { RefusalNote } from '../auth/refusal-note.tsx';
import type { Submission } from '../auth/use-submit.ts';

interface FormDialogProps {
  readonly title: string;
  readonly action: string;
  readonly submission: Pick<Submission, 'isBusy' | 'isWaiting' | 'refusal'>;
  readonly isDisabled?: boolean;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A form in a dialog: what is asked scrolls, and what is done with it stays in sight. */
export function FormDialog(props: FormDialogProps) {
  const { title, action, submission, isDisabled = false, onSubmit, onClose, children } = props;
  const { t } = useTranslation();
  const { isBusy, isWaiting, refusal } = submission;
  function submit(event: FormEvent): void {
    event.preventDefault();
    onSubmit();
  }
  return (
    <Dialog title={title} closeLabel={t('common.close')} onClose={onClose} className="sm:w-[560px]">
      <form noValidate onSubmit={submit}>
        <div className="max-h-[min(600px,calc(100dvh-160px))] overflow-y-auto p-5 pb-2 text-2">
          {children}
          <RefusalNote refusal={refusal} />
        </div>
        <div className="flex justify-end gap-2 border-t border-line p-3">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            type="submit"
            look="primary"
            disabled={isDisabled || isBusy || isWaiting}
            icon={isBusy && <Spinner />}
          >
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
