import { Paperclip } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatBytes, formatExactTime } from '../platform/format.ts';

interface BubbleProps {
  readonly text: string;
  readonly files: readonly { readonly uploadId: string; readonly name: string; readonly size: number }[];
  readonly at?: string;
  /** Where something above it says whose it is, it is not said again, and smaller: in the middle of an answer. */
  readonly caption?: string;
}

/** What a person wrote, with the names of what they attached. */
export function UserBubble({ text, files, at, caption }: BubbleProps) {
  const { t, i18n } = useTranslation();
  return (
    <div
      dir="auto"
      className={`max-w-[80%] self-end rounded-[18px_18px_6px_18px] bg-bubble break-words whitespace-pre-wrap text-on-bubble ${caption === undefined ? 'px-4 py-2.5' : 'px-3.5 py-2 text-2'}`}
      title={at === undefined ? undefined : formatExactTime(at, i18n.language)}
    >
      {caption === undefined && <span className="unseen">{t('chat.you')}: </span>}
      {text}
      {files.length > 0 && (
        <ul className={text === '' ? 'flex flex-wrap gap-1.5' : 'mt-1.5 flex flex-wrap gap-1.5'}>
          {files.map((file) => (
            <li
              key={file.uploadId}
              className="inline-flex max-w-full items-center gap-1.5 rounded-1 border border-current/25 px-2 py-0.5 text-1"
            >
              <Paperclip aria-hidden className="size-3 flex-none" />
              <span className="truncate">{file.name}</span>
              <span className="flex-none">{formatBytes(file.size, i18n.language)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
