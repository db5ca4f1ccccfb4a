import { useTranslation } from 'react-i18next';
import { legibleJson, visibleText } from '../platform/visible-text.ts';

/** Of longer arguments the beginning and the end are shown, with how much stands between: nothing is hidden unsaid. */
const shownCharacters = 4000;

interface ApprovalArgumentsProps {
  readonly inputText: string;
  /** As a person changes them; null: nobody does. */
  readonly edited: string | null;
  readonly isWrong: boolean;
  readonly onEdit: (text: string) => void;
}

/** The arguments that leave is asked for: a command as a command, anything else as it is. */
export function ApprovalArguments({ inputText, edited, isWrong, onEdit }: ApprovalArgumentsProps) {
  const { t } = useTranslation();
  if (edited !== null) {
    return (
      <div className="px-3 py-2">
        <textarea
          // biome-ignore lint/a11y/noAutofocus: it takes the place of what was just to be edited
          autoFocus
          aria-label={t('tool.input')}
          aria-invalid={isWrong}
          value={edited}
          spellCheck={false}
          rows={Math.min(16, Math.max(4, edited.split('\n').length))}
          onChange={(event) => onEdit(event.target.value)}
          className="w-full resize-y rounded-2 border border-line-strong bg-sunken p-2 font-mono text-[12px] leading-[19px] focus:border-accent focus:outline-none aria-invalid:border-bad max-sm:text-[16px]"
        />
        {isWrong && <p className="mt-1 text-bad">{t('approval.notJson')}</p>}
      </div>
    );
  }
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="mx-3 my-2 max-h-72 overflow-auto rounded-2 bg-sunken p-2 font-mono text-[12px] leading-[19px] break-all whitespace-pre-wrap"
    >
      {shortened(visibleText(shownArguments(inputText)), (count) => t('approval.between', { count }))}
    </pre>
  );
}

/** One argument alone is shown as its value; several with their names. */
function shownArguments(inputText: string): string {
  try {
    const input: unknown = JSON.parse(inputText);
    const entries = Object.entries(Object(input));
    const [first] = entries;
    if (entries.length === 1 && typeof first?.[1] === 'string') return first[1];
    return legibleJson(input);
  } catch {
    return inputText;
  }
}

function shortened(text: string, between: (count: number) => string): string {
  if (text.length <= shownCharacters) return text;
  const half = shownCharacters / 2;
  return `${text.slice(0, half)}\n\n[ ${between(text.length - shownCharacters)} ]\n\n${text.slice(-half)}`;
}
