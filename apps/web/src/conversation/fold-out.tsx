import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';

interface FoldOutProps {
  readonly label: string;
  readonly text: string;
  /** It is open until the reader chooses otherwise, and its label moves. */
  readonly isLive?: boolean;
}

/** A line that opens to the text behind it. */
export function FoldOut({ label, text, isLive = false }: FoldOutProps) {
  const [choice, setChoice] = useState<boolean | null>(null);
  const isOpen = choice ?? isLive;
  return (
    <div className="text-2">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setChoice(!isOpen)}
        className={clsx('tap flex items-center gap-1.5 text-left text-faint hover:text-ink', isLive && 'pulse')}
      >
        <ChevronRight aria-hidden className={clsx('size-4 flex-none transition-transform', isOpen && 'rotate-90')} />
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
