import type { ToolPart } from '@atelier/contracts/parts';
import { IconButton } from '@atelier/ui/icon-button';
import { Check, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useCopy } from '../platform/use-copy.ts';
import { legibleJson, visibleText } from '../platform/visible-text.ts';

/** Longer texts show their beginning; copying gives the whole. */
const shownCharacters = 20_000;

/** The arguments and the output of a call, whole, while they come and afterwards. */
export function ToolDetails({ tool }: { readonly tool: ToolPart }) {
  const { t } = useTranslation();
  const isOver = tool.endedAt !== null;
  return (
    <div className="border-t border-line bg-raised">
      <Section label={t('tool.input')} text={visibleText(pretty(tool.inputText))} whole={tool.inputText} />
      {(isOver || tool.output !== '') && (
        <Section
          label={t('tool.output')}
          text={tool.output === '' ? t('tool.noOutput') : tool.output}
          whole={tool.output}
        />
      )}
    </div>
  );
}

interface SectionProps {
  readonly label: string;
  /** What is shown. */
  readonly text: string;
  /** What copying gives: the bytes as they were. */
  readonly whole: string;
}

function Section({ label, text, whole }: SectionProps) {
  const { t } = useTranslation();
  const { isCopied, copy } = useCopy();
  return (
    <section aria-label={label} className="border-line not-first:border-t">
      <div className="flex items-center justify-between pt-1 pr-1 pl-3 text-1 text-faint">
        {label}
        <IconButton
          label={isCopied ? t('common.copied') : t('common.copy')}
          onClick={() => void copy(whole)}
          className="size-7"
        >
          {isCopied ? <Check aria-hidden className="size-3.5" /> : <Copy aria-hidden className="size-3.5" />}
        </IconButton>
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-72 overflow-auto px-3 pb-3 font-mono text-[12px] leading-[19px] break-all whitespace-pre-wrap text-soft"
      >
        {text.length > shownCharacters ? `${text.slice(0, shownCharacters)}\n…` : text}
      </pre>
    </section>
  );
}

/** Complete arguments are set out; half ones are shown as they come. */
function pretty(inputText: string): string {
  try {
    return legibleJson(JSON.parse(inputText));
  } catch {
    return inputText;
  }
}
