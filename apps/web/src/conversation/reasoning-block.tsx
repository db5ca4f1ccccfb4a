import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../platform/format.ts';

interface ReasoningBlockProps {
  readonly text: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** The model's thoughts: open while they come, folded to their duration afterwards, unless the reader chose otherwise. */
export function ReasoningBlock({ text, startedAt, endedAt }: ReasoningBlockProps) {
  const { t, i18n } = useTranslation();
  const [choice, setChoice] = useState<boolean | null>(null);
  const isOpen = choice ?? endedAt === null;
  const label =
    endedAt === null
      ? t('chat.reasoning')
      : t('chat.reasonedFor', { duration: formatDuration(Date.parse(endedAt) - Date.parse(startedAt), i18n.language) });
  return (
    <div className="text-2">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setChoice(!isOpen)}
        className={clsx('tap flex items-center gap-1.5 text-faint hover:text-ink', endedAt === null && 'pulse')}
      >
        <ChevronRight aria-hidden className={clsx('size-4 transition-transform', isOpen && 'rotate-90')} />
        {label}
      </button>
      {isOpen && (
        <p className="mt-2 ml-2 max-w-(--measure) border-l border-line-strong pl-4 break-words whitespace-pre-wrap text-soft">
          {text}
        </p>
      )}
    </div>
  );
}
