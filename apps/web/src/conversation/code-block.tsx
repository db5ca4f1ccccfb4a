import { IconButton } from '@atelier/ui/icon-button';
import { clsx } from 'clsx';
import { Check, Copy, Download, WrapText } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saveBlob } from '../platform/save-blob.ts';
import { useCopy } from '../platform/use-copy.ts';
import { HighlightedCode } from './highlighted-code.tsx';

export function CodeBlock({ code, language }: { readonly code: string; readonly language: string }) {
  const { t } = useTranslation();
  const [isWrapped, setWrapped] = useState(false);
  const { isCopied, copy } = useCopy();
  return (
    <figure className="overflow-hidden rounded-3 border border-line bg-sunken">
      <figcaption className="flex h-9 items-center gap-0.5 border-b border-line pr-1 pl-3 text-1 text-faint">
        <span className="mr-auto font-mono">{language}</span>
        <IconButton
          label={t('chat.wrap')}
          aria-pressed={isWrapped}
          onClick={() => setWrapped(!isWrapped)}
          className={clsx('size-7', isWrapped && 'bg-active')}
        >
          <WrapText aria-hidden className="size-3.5" />
        </IconButton>
        <IconButton
          label={t('common.download')}
          onClick={() => saveBlob(new Blob([code], { type: 'text/plain' }), `code.${language || 'txt'}`)}
          className="size-7"
        >
          <Download aria-hidden className="size-3.5" />
        </IconButton>
        <IconButton
          label={isCopied ? t('common.copied') : t('common.copy')}
          onClick={() => void copy(code)}
          className="size-7"
        >
          {isCopied ? <Check aria-hidden className="size-3.5" /> : <Copy aria-hidden className="size-3.5" />}
        </IconButton>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="max-h-[480px] overflow-auto p-3" tabIndex={0}>
        <HighlightedCode code={code} language={language} isWrapped={isWrapped} />
      </div>
    </figure>
  );
}
