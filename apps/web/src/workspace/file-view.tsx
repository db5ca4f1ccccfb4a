import { errorOf } from '@atelier/client';
import { sessionId as parseSessionId } from '@atelier/contracts/ids';
import { Empty } from '@atelier/ui/empty';
import { IconButton } from '@atelier/ui/icon-button';
import { Skeleton } from '@atelier/ui/skeleton';
import { ArrowLeft, Download, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, trpc } from '../api.ts';
import { HighlightedCode } from '../conversation/highlighted-code.tsx';
import { formatBytes } from '../platform/format.ts';
import { saveBlob } from '../platform/save-blob.ts';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { showError } from '../shell/show-error.ts';
import { readWhenShown, useOnChange } from './use-directory.ts';

interface FileViewProps {
  readonly sessionId: string;
  readonly path: string;
  readonly filesVersion: number;
  readonly onClose: () => void;
}

/** One file of the workspace, as it is now: it changes while the agent writes. */
export function FileView({ sessionId, path, filesVersion, onClose }: FileViewProps) {
  const { t, i18n } = useTranslation();
  const [isRemoving, setRemoving] = useState(false);
  const file = trpc.files.read.useQuery({ sessionId: parseSessionId.parse(sessionId), path }, readWhenShown);
  const remove = trpc.files.remove.useMutation({ onError: showError, onSuccess: onClose });
  const { refetch } = file;
  useOnChange(filesVersion, () => void refetch());
  const name = path.split('/').at(-1) ?? path;

  async function download(): Promise<void> {
    try {
      saveBlob(await client.downloadFile(sessionId, path), name);
    } catch (error) {
      showError(error);
    }
  }

  return (
    <>
      <div className="flex h-11 flex-none items-center gap-1 border-b border-line px-2">
        <IconButton label={t('files.back')} onClick={onClose}>
          <ArrowLeft aria-hidden className="size-4" />
        </IconButton>
        <h2 className="min-w-0 flex-1 truncate text-2 font-medium" title={path}>
          {path}
        </h2>
        {file.data && (
          <span className="flex-none text-1 text-faint tabular-nums">{formatBytes(file.data.size, i18n.language)}</span>
        )}
        <IconButton label={t('common.download')} onClick={() => void download()}>
          <Download aria-hidden className="size-4" />
        </IconButton>
        <IconButton label={t('files.remove')} onClick={() => setRemoving(true)}>
          <Trash2 aria-hidden className="size-4" />
        </IconButton>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="min-h-0 flex-1 overflow-auto p-3 outline-offset-[-2px]" tabIndex={0}>
        {file.isPending && <Skeleton className="h-40 w-full" />}
        {file.isError && (
          <Empty text={errorOf(file.error)?.code === 'file.not_found' ? t('files.gone') : t('files.readFailed')} />
        )}
        {file.data?.text === null && <Empty text={t('files.notText')} />}
        {typeof file.data?.text === 'string' && (
          <>
            {file.data.isTruncated && <p className="mb-2 text-2 text-faint">{t('files.truncated')}</p>}
            <HighlightedCode code={file.data.text} language={/\.([a-z0-9]+)$/i.exec(name)?.[1] ?? ''} />
          </>
        )}
      </div>
      {isRemoving && (
        <ConfirmDialog
          title={t('files.removeTitle')}
          text={t('files.removeText', { path })}
          confirm={t('common.delete')}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate({ sessionId: parseSessionId.parse(sessionId), path })}
          onClose={() => setRemoving(false)}
        />
      )}
    </>
  );
}
