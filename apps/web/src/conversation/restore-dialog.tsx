import type { RestorePreview } from '@atelier/contracts/checkpoints';
import type { MessageId, SessionId } from '@atelier/contracts/ids';
import { Button } from '@atelier/ui/button';
import { Dialog } from '@atelier/ui/dialog';
import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { client, trpc } from '../api.ts';
import { LoadError } from '../shell/load-error.tsx';
import { showError } from '../shell/show-error.ts';
import { showToast } from '../shell/toast-store.ts';
import { useChangeCounts } from '../workspace/use-change-counts.ts';

interface RestoreDialogProps {
  readonly title: string;
  readonly sessionId: SessionId;
  readonly messageId: MessageId;
  /** The agent has begun to work meanwhile. */
  readonly isBusy: boolean;
  readonly onClose: () => void;
}

/** What putting the files back would change, before it is done. Afterwards it can be undone at once, and later in Changes. */
export function RestoreDialog({ title, sessionId, messageId, isBusy, onClose }: RestoreDialogProps) {
  const { t } = useTranslation();
  // Files change by other hands too: what was seen before says nothing.
  const preview = trpc.checkpoints.previewRestore.useQuery({ sessionId, messageId }, { gcTime: 0 });
  const restore = trpc.checkpoints.restoreToMessage.useMutation({
    onError: showError,
    onSuccess: (done) =>
      showToast({
        text: t('changes.restored'),
        ...(done && {
          action: {
            label: t('changes.undo'),
            run: () => void client.api.checkpoints.undoRestoration.mutate({ restorationId: done.id }).catch(showError),
          },
        }),
      }),
    onSettled: onClose,
  });
  const { data } = preview;
  const isNothing = data !== undefined && data.created + data.modified + data.deleted === 0;
  return (
    <Dialog title={title} closeLabel={t('common.close')} onClose={onClose}>
      <div className="flex flex-col gap-3 p-5 text-2">
        {preview.error ? (
          <LoadError error={preview.error} onRetry={() => void preview.refetch()} />
        ) : !data || preview.isFetching ? (
          <Skeleton className="h-16" />
        ) : isNothing ? (
          <p>{t('changes.nothingToRestore')}</p>
        ) : (
          <>
            <Changed preview={data} />
            <p className="text-soft">{t('changes.keptFirst')}</p>
          </>
        )}
        {isBusy && (
          <p role="status" className="text-warn">
            {t('changes.agentAtWork')}
          </p>
        )}
      </div>
      <div className="flex justify-end gap-2 border-t border-line p-3">
        <Button onClick={onClose}>{isNothing ? t('common.close') : t('common.cancel')}</Button>
        {!isNothing && (
          <Button
            look="danger"
            disabled={!data || preview.isFetching || isBusy || restore.isPending}
            onClick={() => restore.mutate({ sessionId, messageId })}
          >
            {t('changes.confirm')}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function Changed({ preview }: { readonly preview: RestorePreview }) {
  const { t } = useTranslation();
  const countsOf = useChangeCounts();
  const { files } = preview;
  const total = preview.created + preview.modified + preview.deleted;
  return (
    <>
      <p>{t('changes.willChange', { counts: countsOf(preview) })}</p>
      <ul className="max-h-48 overflow-y-auto rounded-2 border border-line bg-sunken py-1">
        {files.map(({ path, kind }) => (
          <li key={path} className="flex items-baseline gap-3 px-3 py-0.5">
            <span className="min-w-0 flex-1 font-mono text-[12px] break-all">{path}</span>
            <span className="flex-none text-1 text-faint">{t(`changes.kind.${kind}`)}</span>
          </li>
        ))}
        {files.length < total && <li className="px-3 py-0.5 text-1 text-faint">{t('changes.more')}</li>}
      </ul>
    </>
  );
}
