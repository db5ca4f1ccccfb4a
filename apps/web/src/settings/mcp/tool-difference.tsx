import type { McpDefinition } from '@atelier/contracts/mcp';
import { diffLines } from 'diff';
import { useTranslation } from 'react-i18next';

/** How long the page may look for what two long texts have in common, in milliseconds. */
const maxMs = 300;
const looks = {
  added: 'bg-good-wash text-ink',
  removed: 'bg-bad-wash text-ink line-through',
  same: 'text-soft',
} as const;

/** What a tool said when it was agreed to, and what it says now. */
export function ToolDifference({ before, now }: { readonly before: McpDefinition; readonly now: McpDefinition }) {
  const { t } = useTranslation('mcp');
  const [old, current] = [textOf(before), textOf(now)];
  const pieces = diffLines(old, current, { timeout: maxMs }) ?? [
    { value: old, removed: true, added: false },
    { value: current, removed: false, added: true },
  ];
  return (
    <section aria-label={t('difference')} className="mt-1">
      <p className="mb-1 text-soft">{t('differenceText')}</p>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-80 overflow-auto rounded-2 border border-line p-2 font-mono text-[12px] leading-[18px] whitespace-pre-wrap"
      >
        {pieces.map(({ value, added, removed }, index) => {
          const Piece = added ? 'ins' : removed ? 'del' : 'span';
          const look = looks[added ? 'added' : removed ? 'removed' : 'same'];
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a piece has no identity but its place
            <Piece key={index} className={`block break-words no-underline ${look}`}>
              {value}
            </Piece>
          );
        })}
      </pre>
    </section>
  );
}

function textOf({ description, inputSchema }: McpDefinition): string {
  return `${description}\n\n${JSON.stringify(inputSchema, null, 2)}\n`;
}
