import { TextField } from '@atelier/ui/text-field';
import { useTranslation } from 'react-i18next';
import { microDollars } from '../models/price-text.ts';

interface BudgetFieldsProps {
  readonly money: string;
  readonly tokens: string;
  /** One of the two has to be said, and is not. */
  readonly isMissing: boolean;
  readonly onMoney: (text: string) => void;
  readonly onTokens: (text: string) => void;
}

/** How much: dollars a month, tokens a day. */
export function BudgetFields({ money, tokens, isMissing, onMoney, onTokens }: BudgetFieldsProps) {
  const { t } = useTranslation('money');
  const tokensError = wholeNumber(tokens) === undefined ? t('budgets.tokensWrong') : undefined;
  return (
    <>
      <TextField
        data-autofocus
        label={t('budgets.money')}
        inputMode="decimal"
        autoComplete="off"
        maxLength={16}
        value={money}
        hint={t('budgets.moneyHint')}
        error={isMoney(money) ? undefined : t('budgets.moneyWrong')}
        onChange={({ target }) => onMoney(target.value)}
      />
      <TextField
        label={t('budgets.tokens')}
        inputMode="numeric"
        autoComplete="off"
        maxLength={16}
        value={tokens}
        hint={t('budgets.tokensHint')}
        error={tokensError ?? (isMissing ? t('budgets.nothing') : undefined)}
        onChange={({ target }) => onTokens(target.value)}
      />
    </>
  );
}

function isMoney(text: string): boolean {
  const amount = microDollars(text);
  return amount === null || (amount !== undefined && amount > 0);
}

/** As it is typed, with or without separators. Null: nothing is typed. Undefined: this is no number above nought. */
export function wholeNumber(text: string): number | null | undefined {
  const typed = text.replaceAll(/[\s.,']/g, '');
  if (typed === '') return null;
  return /^[1-9]\d{0,11}$/.test(typed) ? Number(typed) : undefined;
}
