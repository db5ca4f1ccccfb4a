import type { TraceTotals } from '@atelier/contracts/traces';
import { useTranslation } from 'react-i18next';
import type { TracesWords } from '../i18n/traces.en.ts';
import { formatCost, formatCount, formatSpan } from './format-amounts.ts';

/** What a run came to. What nobody knows is left out. */
export function TraceTotalsList({ totals }: { readonly totals: TraceTotals }) {
  const { t, i18n } = useTranslation('traces');
  const { language } = i18n;
  const failed = totals.failedAttempts > 0 ? ` (${t('failedAttempts', { count: totals.failedAttempts })})` : '';
  const rows: readonly (readonly [name: keyof TracesWords['total'], value: string | null])[] = [
    ['duration', formatSpan(totals.durationMs, language)],
    ['firstToken', totals.timeToFirstTokenMs === null ? null : formatSpan(totals.timeToFirstTokenMs, language)],
    ['speed', totals.tokensPerSecond === null ? null : formatCount(totals.tokensPerSecond, language)],
    ['tokens', `${formatCount(totals.inputTokens, language)} / ${formatCount(totals.outputTokens, language)}`],
    ['cost', totals.cost === null ? null : formatCost(totals.cost, language)],
    ['attempts', `${formatCount(totals.attempts, language)}${failed}`],
  ];
  return (
    <dl className="mb-5 grid grid-cols-[repeat(auto-fit,minmax(120px,1fr))] gap-x-4 gap-y-3">
      {rows.map(
        ([name, value]) =>
          value !== null && (
            <div key={name}>
              <dt className="text-1 text-faint">{t(`total.${name}`)}</dt>
              <dd className="font-medium tabular-nums">{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
