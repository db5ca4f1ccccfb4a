import { Skeleton } from '@atelier/ui/skeleton';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { Block } from '../block.tsx';
import { BudgetList } from './budget-list.tsx';
import { UsageBar, type UsageRange } from './usage-bar.tsx';
import { UsageFigures } from './usage-figures.tsx';
import { UsageRanking } from './usage-ranking.tsx';

/** What everybody's runs took in the organisation, and what they may take. */
export function OrganisationUsageSection() {
  const { t } = useTranslation('money');
  const [range, setRange] = useState<UsageRange>('30');
  const usage = trpc.usage.organisation.useQuery(
    { days: Number(range) },
    { placeholderData: (before) => before, staleTime: 0 },
  );
  return (
    <>
      <Block title={t('budgets.title')} text={t('budgets.text')}>
        <BudgetList />
      </Block>
      <div className="border-t border-line pt-6">
        <p className="mb-4 max-w-(--measure) text-2 text-soft">{t('organisation.text')}</p>
      </div>
      <UsageBar of="organisation" range={range} onRange={setRange} />
      {usage.isError && !usage.data && <LoadError error={usage.error} onRetry={() => void usage.refetch()} />}
      {usage.isPending && <Skeleton className="h-60 w-full" />}
      {usage.data && <UsageFigures usage={usage.data} />}
      {usage.data && usage.data.byMember.length > 0 && (
        <Block title={t('byMember')}>
          <UsageRanking
            label={t('byMember')}
            rows={usage.data.byMember.map((row) => ({ ...row, key: row.userId, name: row.name ?? t('former') }))}
          />
        </Block>
      )}
    </>
  );
}
