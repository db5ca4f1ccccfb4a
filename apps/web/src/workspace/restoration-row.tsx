import type { RestorationDto } from '@atelier/contracts/checkpoints';
import { Button } from '@atelier/ui/button';
import { History, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useMay } from '../auth/use-may.ts';
import { TimeAgo } from '../platform/time-ago.tsx';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { showError } from '../shell/show-error.ts';
import { showToast } from '../shell/toast-store.ts';
import { useChangeCounts } from './use-change-counts.ts';

interface RestorationRowProps {
  readonly restoration: RestorationDto;
  /** The agent is at work: nothing is put back meanwhile. */
  readonly isBusy: boolean;
}

/** Files that were put back, among the turns; what there was before can be had again. */
export function RestorationRow({ restoration, isBusy }: RestorationRowProps) {
  const { t } = useTranslation();
  const countsOf = useChangeCounts();
  const [isAsking, ask] = useState(false);
  const mayWrite = useMay('file.write');
  const undo = trpc.checkpoints.undoRestoration.useMutation({
    onError: showError,
    onSuccess: () => showToast({ text: t('changes.restored') }),
    onSettled: () => ask(false),
  });
  return (
    <li className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2 text-2">
      <History aria-hidden className="size-4 flex-none text-faint" />
      <span className="min-w-0 flex-1">
        {t('changes.wasPutBack')}
        <span className="block text-1 text-faint">{countsOf(restoration) || t('changes.onlyFolders')}</span>
      </span>
      {mayWrite && (
        <Button
          icon={<Undo2 aria-hidden className="size-3.5" />}
          disabled={isBusy || undo.isPending}
          onClick={() => ask(true)}
        >
          {t('changes.undo')}
        </Button>
      )}
      <span className="flex-none text-1 text-faint">
        <TimeAgo instant={restoration.createdAt} />
      </span>
      {isAsking && (
        <ConfirmDialog
          title={t('changes.undoTitle')}
          text={t('changes.undoText')}
          confirm={t('changes.confirm')}
          isBusy={undo.isPending}
          onConfirm={() => undo.mutate({ restorationId: restoration.id })}
          onClose={() => ask(false)}
        />
      )}
    </li>
  );
}
