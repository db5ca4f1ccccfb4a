import { clsx } from 'clsx';
import { useEffect, useState } from 'react';
import type { ThemedToken } from 'shiki/core';

interface HighlightedCodeProps {
  readonly code: string;
  readonly language: string;
  readonly isWrapped?: boolean;
}

/** Longer code is shown plain: colours are not worth a frozen page. */
const maxCharacters = 60_000;
/** While code streams in it is plain; colours come when it has stood still for so long. */
const settleMs = 150;

/** Code, plain at once and coloured when the highlighter is loaded. */
export function HighlightedCode({ code, language, isWrapped = false }: HighlightedCodeProps) {
  const [coloured, setColoured] = useState<{ code: string; lines: readonly (readonly ThemedToken[])[] } | null>(null);
  useEffect(() => {
    if (language === '' || code.length > maxCharacters) return;
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const { highlight } = await import('./highlighter.ts');
      const lines = await highlight(code, language);
      if (isCurrent && lines) setColoured({ code, lines });
    }, settleMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [code, language]);

  const lines = coloured?.code === code ? coloured.lines : null;
  return (
    <pre
      className={clsx(
        'shiki font-mono text-[12px] leading-[19px]',
        isWrapped ? 'break-all whitespace-pre-wrap' : 'w-max',
      )}
    >
      <code>{lines ? lines.map(renderLine) : code}</code>
    </pre>
  );
}

function renderLine(tokens: readonly ThemedToken[], line: number) {
  return (
    <span key={line}>
      {tokens.map((token, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines and tokens have no identity but their place
        <span key={index} style={token.htmlStyle}>
          {token.content}
        </span>
      ))}
      {'\n'}
    </span>
  );
}
