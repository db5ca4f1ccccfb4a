import { Button } from '@atelier/ui/button';
import { Empty } from '@atelier/ui/empty';
import { Skeleton } from '@atelier/ui/skeleton';
import { Upload } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { DropVeil } from '../conversation/drop-veil.tsx';
import { useFileDrop } from '../platform/use-file-drop.ts';
import { useUploads } from '../platform/use-uploads.ts';
import { FileTree } from './file-tree.tsx';
import { UploadList } from './upload-list.tsx';
import { useDirectory } from './use-directory.ts';

interface FilesTabProps {
  readonly sessionId: string;
  readonly filesVersion: number;
  readonly onOpen: (path: string) => void;
}

/** The workspace as a tree that follows the agent's work; files dropped here go into it. */
export function FilesTab({ sessionId, filesVersion, onOpen }: FilesTabProps) {
  const { t } = useTranslation();
  const fileInput = useRef<HTMLInputElement>(null);
  const root = useDirectory(sessionId, '', filesVersion);
  const uploads = useUploads({ purpose: 'file' });
  const add = (files: readonly File[]) => uploads.add(sessionId, files);
  const drop = useFileDrop(add);
  return (
    <div className="relative flex min-h-0 flex-1 flex-col" {...drop.handlers}>
      {drop.isOver && <DropVeil text={t('files.dropHere')} />}
      <div className="min-h-0 flex-1 overflow-y-auto p-2">
        {root.isPending && <TreeSkeleton />}
        {root.isError && (
          <Empty
            text={t('files.loadFailed')}
            action={<Button onClick={() => void root.refetch()}>{t('common.retry')}</Button>}
          />
        )}
        {root.data?.entries.length === 0 && <Empty text={t('files.empty')} />}
        {root.data && root.data.entries.length > 0 && (
          <FileTree sessionId={sessionId} root={root.data} filesVersion={filesVersion} onOpen={onOpen} />
        )}
      </div>
      <UploadList items={uploads.items} onRemove={uploads.remove} onRetry={(item) => uploads.retry(sessionId, item)} />
      <div className="flex border-t border-line p-3">
        <Button icon={<Upload aria-hidden className="size-4" />} onClick={() => fileInput.current?.click()}>
          {t('files.upload')}
        </Button>
        <input
          ref={fileInput}
          type="file"
          multiple
          hidden
          aria-label={t('files.upload')}
          onChange={(event) => {
            add([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
      </div>
    </div>
  );
}

function TreeSkeleton() {
  return (
    <div className="flex flex-col gap-3 p-2">
      {['w-1/2', 'w-2/3', 'w-2/5', 'w-3/5'].map((width) => (
        <Skeleton key={width} className={`h-4 ${width}`} />
      ))}
    </div>
  );
}
