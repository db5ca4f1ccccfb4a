import { Skeleton } from '@atelier/ui/skeleton';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { useIdentity } from '../../auth/identity.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { OwnBudgets } from './own-budgets.tsx';
import { UsageBar, type UsageRange } from './usage-bar.tsx';
import { UsageFigures } from './usage-figures.tsx';

/** What one's own runs took, and what they may take. */
export function UsageSection() {
  const { t } = useTranslation('money');
  const [range, setRange] = useState<UsageRange>('30');
  const organisation = useIdentity()?.organisation.name ?? '';
  const usage = trpc.usage.own.useQuery({ days: Number(range) }, { placeholderData: (before) => before, staleTime: 0 });
  return (
    <>
      <p className="mb-4 max-w-(--measure) text-2 text-soft">{t('own.text', { organisation })}</p>
      <UsageBar of="own" range={range} onRange={setRange} />
      {usage.isError && !usage.data && <LoadError error={usage.error} onRetry={() => void usage.refetch()} />}
      {usage.isPending && <Skeleton className="h-60 w-full" />}
      {usage.data && <UsageFigures usage={usage.data} />}
      <OwnBudgets organisation={organisation} />
    </>
  );
}
