import type { OwnUsage } from '@atelier/contracts/usage';
import { useTranslation } from 'react-i18next';
import { formatDate } from '../../platform/format.ts';
import { Block } from '../block.tsx';
import { DayColumns } from '../day-columns.tsx';
import { costText, tokensOf } from './cost-text.ts';
import { UsageRanking } from './usage-ranking.tsx';
import { UsageTotals } from './usage-totals.tsx';

/** What was used: in all, by day and by model. */
export function UsageFigures({ usage: { total, byDay, byModel } }: { readonly usage: OwnUsage }) {
  const { t, i18n } = useTranslation('money');
  const { language } = i18n;
  if (total.calls === 0) return <p className="pb-6 text-2 text-faint">{t('empty')}</p>;
  const isMoney = (total.cost ?? 0) > 0;
  return (
    <>
      <Block>
        <UsageTotals total={total} />
      </Block>
      <Block title={t('byDay')}>
        <DayColumns
          days={byDay.map((amounts) => ({
            day: amounts.day,
            value: isMoney ? (amounts.cost ?? 0) : tokensOf(amounts),
            text: t('dayIs', {
              day: formatDate(amounts.day, language),
              cost: costText(amounts, t, language),
              tokens: new Intl.NumberFormat(language).format(tokensOf(amounts)),
            }),
          }))}
        />
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
