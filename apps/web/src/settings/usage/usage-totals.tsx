import type { UsageAmounts } from '@atelier/contracts/usage';
import { useTranslation } from 'react-i18next';
import { costText, tokensOf } from './cost-text.ts';

/** What it all came to, and what is not known of it. */
export function UsageTotals({ total }: { readonly total: UsageAmounts }) {
  const { t, i18n } = useTranslation('money');
  const { language } = i18n;
  const amount = (value: number) => new Intl.NumberFormat(language).format(value);
  const facts = [
    [t('total.cost'), costText(total, t, language)],
    [t('total.tokens'), amount(tokensOf(total))],
    [t('total.cached'), amount(total.cachedInputTokens)],
    [t('total.calls'), amount(total.calls)],
  ] as const;
  return (
    <>
      <dl className="grid grid-cols-[repeat(auto-fit,minmax(120px,1fr))] gap-x-4 gap-y-3">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-1 text-faint">{name}</dt>
            <dd className="text-4 font-semibold tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {total.unpricedCalls > 0 && (
        <p className="mt-3 max-w-(--measure) text-soft">{t('unpriced', { count: total.unpricedCalls })}</p>
      )}
    </>
  );
}
