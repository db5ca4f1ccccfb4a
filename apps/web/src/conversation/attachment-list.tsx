import { CircleAlert, Paperclip, RotateCcw, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../platform/format.ts';
import type { Uploading } from '../platform/use-uploads.ts';
import { PictureNote } from './picture-note.tsx';

interface AttachmentListProps {
  readonly items: readonly Uploading[];
  /** Bytes of the largest picture that the model can be shown; null: it sees none; left out: not known yet. */
  readonly largestPicture: number | null | undefined;
  readonly onRemove: (key: number) => void;
  readonly onRetry: (item: Uploading) => void;
}

/** The files that go with the next message. */
export function AttachmentList({ items, ...chip }: AttachmentListProps) {
  if (items.length === 0) return null;
  return (
    <ul className="mb-2 flex max-h-40 flex-wrap gap-2 overflow-y-auto">
      {items.map((item) => (
        <AttachmentChip key={item.key} item={item} {...chip} />
      ))}
    </ul>
  );
}

interface AttachmentChipProps extends Omit<AttachmentListProps, 'items'> {
  readonly item: Uploading;
}

function AttachmentChip({ item, largestPicture, onRemove, onRetry }: AttachmentChipProps) {
  const { t, i18n } = useTranslation();
  const { file, state, progress, problem } = item;
  const Icon = state === 'failed' ? CircleAlert : Paperclip;
  return (
    <li className="relative flex max-w-full items-center gap-1.5 overflow-hidden rounded-2 border border-line bg-sunken py-1 pr-1 pl-2 text-2">
      <Icon
        aria-hidden
        className={state === 'failed' ? 'size-3.5 flex-none text-bad' : 'size-3.5 flex-none text-faint'}
      />
      <span className="max-w-52 truncate" title={file.name}>
        {file.name}
      </span>
      {problem === null ? (
        <span className="flex-none text-1 text-faint tabular-nums">
          {state === 'uploading'
            ? `${Math.floor(progress * 100)} %`
            : formatBytes(item.upload?.size ?? file.size, i18n.language)}
        </span>
      ) : (
        <span role="alert" className="text-1 text-bad">
          {problem}
        </span>
      )}
      {state !== 'failed' && largestPicture !== undefined && <PictureNote file={file} largest={largestPicture} />}
      {state === 'uploading' && (
        <progress
          aria-label={t('composer.uploading', { name: file.name })}
          value={progress}
          className="absolute inset-x-0 bottom-0 h-0.5 w-full appearance-none [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-accent"
        />
      )}
      {state === 'failed' && (
        <button
          type="button"
          aria-label={t('composer.retryFile', { name: file.name })}
          onClick={() => onRetry(item)}
          className="tap grid size-6 flex-none place-items-center rounded-1 hover:bg-hover"
        >
          <RotateCcw aria-hidden className="size-3.5" />
        </button>
      )}
      <button
        type="button"
        aria-label={t('composer.removeFile', { name: file.name })}
        onClick={() => onRemove(item.key)}
        className="tap grid size-6 flex-none place-items-center rounded-1 hover:bg-hover"
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </li>
  );
}
