import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { formatExactTime } from '../../platform/format.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { Block } from '../block.tsx';
import { Row, RowList } from '../row-list.tsx';
import { BudgetMeter } from './budget-meter.tsx';

/** The budgets that hold for who looks, and when they begin anew. */
export function OwnBudgets({ organisation }: { readonly organisation: string }) {
  const { t, i18n } = useTranslation('money');
  const budgets = trpc.budgets.own.useQuery(undefined, { staleTime: 0 });
  const date = (at: string) => formatExactTime(at, i18n.language);
  return (
    <Block title={t('own.budgets')}>
      {budgets.isError && !budgets.data && <LoadError error={budgets.error} onRetry={() => void budgets.refetch()} />}
      {budgets.data?.items.length === 0 && <p className="text-faint">{t('own.none')}</p>}
      <RowList label={t('own.budgets')}>
        {budgets.data?.items.map(({ of, ...budget }) => (
          <Row
            key={of}
            title={t(`own.${of}`, { organisation })}
            facts={t('budgets.renews', {
              date: date(budget.monthlyCost === null ? budgets.data.dayEndsAt : budgets.data.monthEndsAt),
            })}
          >
            <BudgetMeter {...budget} />
          </Row>
        ))}
      </RowList>
    </Block>
  );
}
