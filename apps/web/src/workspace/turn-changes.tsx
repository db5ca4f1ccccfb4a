import type { CheckpointDto } from '@atelier/contracts/checkpoints';
import { Button } from '@atelier/ui/button';
import { clsx } from 'clsx';
import { ChevronRight, Redo2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { TimeAgo } from '../platform/time-ago.tsx';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { showError } from '../shell/show-error.ts';
import { showToast } from '../shell/toast-store.ts';
import { TurnFiles } from './turn-files.tsx';
import { useChangeCounts } from './use-change-counts.ts';

interface TurnChangesProps {
  readonly turn: CheckpointDto;
  readonly isBusy: boolean;
  readonly isOpenAtFirst: boolean;
}

/** One turn: how many files it made, changed and removed; what it did; and how to take it back. */
export function TurnChanges({ turn, isBusy, isOpenAtFirst }: TurnChangesProps) {
  const { t } = useTranslation();
  const countsOf = useChangeCounts();
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const [asksFor, askFor] = useState<'before' | 'after' | null>(null);
  const restore = trpc.checkpoints.restore.useMutation({
    onError: showError,
    onSuccess: () => showToast({ text: t('changes.restored'), isError: false }),
    onSettled: () => askFor(null),
  });
  return (
    <li className="border-b border-line">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="tap flex min-h-11 w-full items-center gap-2 px-3 py-2 text-left text-2 hover:bg-hover"
      >
        <ChevronRight
          aria-hidden
          className={clsx('size-4 flex-none text-faint transition-transform', isOpen && 'rotate-90')}
        />
        <span className="min-w-0 flex-1">{countsOf(turn)}</span>
        <span className="flex-none text-1 text-faint">
          <TimeAgo instant={turn.createdAt} />
        </span>
      </button>
      {isOpen && (
        <div className="pb-2">
          <TurnFiles runId={turn.runId} />
          <div className="flex flex-wrap gap-2 px-3 pt-2">
            <Button
              icon={<Undo2 aria-hidden className="size-3.5" />}
              disabled={isBusy || restore.isPending}
              onClick={() => askFor('before')}
            >
              {t('changes.toBefore')}
            </Button>
            <Button
              icon={<Redo2 aria-hidden className="size-3.5" />}
              disabled={isBusy || restore.isPending}
              onClick={() => askFor('after')}
            >
              {t('changes.toAfter')}
            </Button>
          </div>
        </div>
      )}
      {asksFor && (
        <ConfirmDialog
          title={asksFor === 'before' ? t('changes.toBefore') : t('changes.toAfter')}
          text={t('changes.confirmText')}
          confirm={t('changes.confirm')}
          isBusy={restore.isPending}
          onConfirm={() => restore.mutate({ runId: turn.runId, to: asksFor })}
          onClose={() => askFor(null)}
        />
      )}
    </li>
  );
}
