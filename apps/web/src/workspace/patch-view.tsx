import type { FileDiff } from '@atelier/contracts/checkpoints';
import { clsx } from 'clsx';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patchLines, visibleText } from '../platform/visible-text.ts';

/** Longer patches show their beginning until they are asked for. */
const shownLines = 200;

/** What was done to one file, line by line. */
export function PatchView({ file }: { readonly file: FileDiff }) {
  const { t } = useTranslation();
  const [isWhole, showWhole] = useState(false);
  // Which file it is stands above.
  const lines = file.patch === null ? [] : patchLines(file.patch);
  const shown = isWhole ? lines : lines.slice(0, shownLines);
  return (
    <article aria-label={file.path} className="overflow-hidden rounded-2 border border-line">
      <header className="flex items-center gap-2 bg-sunken px-2 py-1 text-1">
        <span className="min-w-0 flex-1 truncate font-mono text-[12px] text-ink">{visibleText(file.path)}</span>
        <span className="flex-none text-faint">{t(`changes.kind.${file.kind}`)}</span>
        {file.patch !== null && (
          <span className="flex-none font-mono tabular-nums">
            <span className="text-good">+{file.addedLines}</span> <span className="text-bad">−{file.removedLines}</span>
          </span>
        )}
      </header>
      {file.patch === null ? (
        <p className="px-2 py-1.5 text-1 text-faint">{t('changes.noText')}</p>
      ) : (
        <PatchLines lines={shown} />
      )}
      {shown.length < lines.length && (
        <button
          type="button"
          onClick={() => showWhole(true)}
          className="tap w-full border-t border-line px-2 py-1 text-left text-1 text-accent hover:bg-hover"
        >
          {t('changes.showAll', { count: lines.length })}
        </button>
      )}
    </article>
  );
}

/** Lines of a patch, without those that name the file. */
export function PatchLines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-96 overflow-auto py-1 font-mono text-[12px] leading-[18px]"
    >
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place
        <span key={index} className={clsx('block min-w-max px-2 whitespace-pre', lookOf(line))}>
          {line === '' ? ' ' : visibleText(line.replace(/\r$/, ''))}
        </span>
      ))}
    </pre>
  );
}

function lookOf(line: string): string {
  if (line.startsWith('+')) return 'bg-good-wash text-ink';
  if (line.startsWith('-')) return 'bg-bad-wash text-ink';
  return line.startsWith('@@') ? 'text-faint' : 'text-soft';
}
