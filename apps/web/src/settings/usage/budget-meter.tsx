import { useTranslation } from 'react-i18next';
import { Bar } from '../bar.tsx';
import { formatPrice } from '../models/format-price.ts';

interface BudgetMeterProps {
  readonly monthlyCost: number | null;
  readonly dailyTokens: number | null;
  readonly spent: { readonly cost: number; readonly tokens: number };
}

/** How much of a budget is used: of the money this month, and of the tokens today. */
export function BudgetMeter({ monthlyCost, dailyTokens, spent }: BudgetMeterProps) {
  const { t, i18n } = useTranslation('money');
  const { language } = i18n;
  const amount = (value: number) => new Intl.NumberFormat(language).format(value);
  const limits = [
    {
      limit: monthlyCost,
      used: spent.cost,
      text: t('budgets.moneyOf', {
        used: formatPrice(spent.cost, language),
        limit: formatPrice(monthlyCost ?? 0, language),
      }),
    },
    {
      limit: dailyTokens,
      used: spent.tokens,
      text: t('budgets.tokensOf', { used: amount(spent.tokens), limit: amount(dailyTokens ?? 0) }),
    },
  ];
  return (
    <div className="flex flex-col gap-2 pt-2">
      {limits.map(
        ({ limit, used, text }) =>
          limit !== null && (
            <div key={text}>
              <Bar part={used} whole={limit} tone={used >= limit ? 'bad' : used >= limit * 0.8 ? 'warn' : 'accent'} />
              <p className="mt-1 text-1 text-faint tabular-nums">{text}</p>
            </div>
          ),
      )}
    </div>
  );
}
