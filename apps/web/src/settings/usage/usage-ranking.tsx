import type { UsageAmounts } from '@atelier/contracts/usage';
import { useTranslation } from 'react-i18next';
import { Bar } from '../bar.tsx';
import { FactLine } from '../row-list.tsx';
import { costText, tokensOf } from './cost-text.ts';

interface UsageRankingProps {
  readonly label: string;
  readonly rows: readonly (UsageAmounts & { readonly key: string; readonly name: string })[];
}

/** Who, or what, took how much: the most first. Bars are of money, or where none is known of tokens. */
export function UsageRanking({ label, rows }: UsageRankingProps) {
  const { t, i18n } = useTranslation('money');
  const { language } = i18n;
  const amount = (value: number) => new Intl.NumberFormat(language).format(value);
  const isMoney = rows.some(({ cost }) => (cost ?? 0) > 0);
  const sizeOf = (row: UsageAmounts) => (isMoney ? (row.cost ?? 0) : tokensOf(row));
  const most = Math.max(...rows.map(sizeOf));
  return (
    <ul aria-label={label} className="flex flex-col gap-3">
      {rows.map((row) => (
        <li key={row.key}>
          <p className="mb-1 flex justify-between gap-3">
            <span className="min-w-0 truncate font-medium" title={row.name}>
              {row.name}
            </span>
            <span className="flex-none tabular-nums">{costText(row, t, language)}</span>
          </p>
          <Bar part={sizeOf(row)} whole={most} />
          <p className="mt-1 text-1 text-faint tabular-nums">
            <FactLine>
              <span>{t('tokens', { tokens: amount(tokensOf(row)) })}</span>
              <span>{t('inOut', { input: amount(row.inputTokens), output: amount(row.outputTokens) })}</span>
              <span>{t('calls', { count: row.calls, calls: amount(row.calls) })}</span>
            </FactLine>
          </p>
        </li>
      ))}
    </ul>
  );
}
