import type { SessionId } from '@atelier/contracts/ids';
import type { MessageDto } from '@atelier/contracts/messages';
import { Paperclip } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes, formatExactTime } from '../platform/format.ts';
import { ForkButton } from './fork-button.tsx';
import { textOf } from './shown.ts';

interface BubbleProps {
  readonly text: string;
  readonly files: readonly { readonly uploadId: string; readonly name: string; readonly size: number }[];
  readonly at?: string;
}

interface UserMessageProps {
  readonly sessionId: SessionId;
  readonly message: MessageDto;
}

export const UserMessage = memo(function UserMessage({ sessionId, message }: UserMessageProps) {
  const files = message.parts.flatMap((part) => (part.type === 'file' ? [part] : []));
  return (
    <div className="group flex items-center justify-end gap-1 text-faint">
      <ForkButton
        sessionId={sessionId}
        message={message}
        className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100"
      />
      <UserBubble text={textOf(message)} files={files} at={message.createdAt} />
    </div>
  );
});

export function UserBubble({ text, files, at }: BubbleProps) {
  const { t, i18n } = useTranslation();
  return (
    <div
      dir="auto"
      className="max-w-[80%] self-end rounded-[18px_18px_6px_18px] bg-bubble px-4 py-2.5 break-words whitespace-pre-wrap text-on-bubble"
      title={at === undefined ? undefined : formatExactTime(at, i18n.language)}
    >
      <span className="unseen">{t('chat.you')}: </span>
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
