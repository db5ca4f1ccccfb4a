import type { OwnUsage } from '@atelier/contracts/usage';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../../platform/format.ts';
import { Block } from '../block.tsx';
import { DayColumns } from '../day-columns.tsx';
import { costText, tokensOf } from './cost-text.ts';
import { UsageRanking } from './usage-ranking.tsx';
import { UsageTotals } from './usage-totals.tsx';

/** What was used: in all, by day and by model. */
export function UsageFigures({ usage: { from, to, total, byDay, byModel } }: { readonly usage: OwnUsage }) {
  const { t, i18n } = useTranslation('money');
  const { language } = i18n;
  if (total.calls === 0) return <p className="pb-6 text-2 text-faint">{t('empty')}</p>;
  const isMoney = (total.cost ?? 0) > 0;
  const used = new Map(byDay.map((amounts) => [amounts.day, amounts]));
  const textOf = (amounts: OwnUsage['byDay'][number]) =>
    t('dayIs', {
      day: formatDay(amounts.day, language),
      cost: costText(amounts, t, language),
      tokens: new Intl.NumberFormat(language).format(tokensOf(amounts)),
    });
  return (
    <>
      <Block>
        <UsageTotals total={total} />
      </Block>
      <Block title={t('byDay')}>
        <DayColumns
          days={daysBetween(from, to).map((day) => {
            const amounts = used.get(day);
            return {
              day,
              value: amounts === undefined ? 0 : isMoney ? (amounts.cost ?? 0) : tokensOf(amounts),
              text: amounts === undefined ? formatDay(day, language) : textOf(amounts),
            };
          })}
        />
        <p className="mt-1 flex max-w-md justify-between text-1 text-faint tabular-nums">
          <span>{formatDay(from, language)}</span>
          <span>{formatDay(to, language)}</span>
        </p>
      </Block>
      <Block title={t('byModel')}>
        <UsageRanking
          label={t('byModel')}
          rows={byModel.map((row) => ({
            ...row,
            key: `${row.provider} ${row.model}`,
            name: t('from', { label: row.label, provider: row.provider }),
          }))}
        />
      </Block>
    </>
  );
}

const dayMs = 24 * 60 * 60_000;

/** Every day from the first to the last, in UTC. */
function daysBetween(from: string, to: string): readonly string[] {
  const first = Date.parse(from);
  const count = Math.round((Date.parse(to) - first) / dayMs) + 1;
  return Array.from({ length: count }, (_, index) => new Date(first + index * dayMs).toISOString().slice(0, 10));
}
