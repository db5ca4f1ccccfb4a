import { Check, CircleAlert, RotateCcw, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Uploading } from '../platform/use-uploads.ts';

interface UploadListProps {
  readonly items: readonly Uploading[];
  readonly onRemove: (key: number) => void;
  readonly onRetry: (item: Uploading) => void;
}

/** Files on their way into the workspace. */
export function UploadList({ items, onRemove, onRetry }: UploadListProps) {
  if (items.length === 0) return null;
  return (
    <ul className="max-h-48 flex-none overflow-y-auto border-t border-line p-2">
      {items.map((item) => (
        <UploadRow key={item.key} item={item} onRemove={onRemove} onRetry={onRetry} />
      ))}
    </ul>
  );
}

function UploadRow({ item, onRemove, onRetry }: Omit<UploadListProps, 'items'> & { readonly item: Uploading }) {
  const { t } = useTranslation();
  const { file, state, progress, problem } = item;
  // The server may have had to change the name: what is stored is what is shown.
  const name = item.upload?.name ?? file.name;
  return (
    <li className="flex min-h-8 items-center gap-2 px-2 text-2">
      {state === 'done' && <Check aria-hidden className="size-4 flex-none text-good" />}
      {state === 'failed' && <CircleAlert aria-hidden className="size-4 flex-none text-bad" />}
      <div className="min-w-0 flex-1">
        <p className="truncate" title={name}>
          {name}
        </p>
        {problem !== null && (
          <p role="alert" className="text-1 text-bad">
            {problem}
          </p>
        )}
        {state === 'uploading' && (
          <progress
            aria-label={t('composer.uploading', { name })}
            value={progress}
            className="block h-1 w-full appearance-none overflow-hidden rounded-full [&::-webkit-progress-bar]:bg-active [&::-webkit-progress-value]:bg-accent"
          />
        )}
        {state === 'done' && <p className="unseen">{t('files.uploaded', { name })}</p>}
      </div>
      {state === 'failed' && (
        <button
          type="button"
          aria-label={t('composer.retryFile', { name })}
          onClick={() => onRetry(item)}
          className="tap grid size-7 flex-none place-items-center rounded-1 hover:bg-hover"
        >
          <RotateCcw aria-hidden className="size-4" />
        </button>
      )}
      <button
        type="button"
        aria-label={state === 'uploading' ? t('files.cancelUpload', { name }) : t('files.dismissUpload', { name })}
        onClick={() => onRemove(item.key)}
        className="tap grid size-7 flex-none place-items-center rounded-1 hover:bg-hover"
      >
        <X aria-hidden className="size-4" />
      </button>
    </li>
  );
}
