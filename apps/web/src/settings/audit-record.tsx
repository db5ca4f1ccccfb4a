import type { AuditFilter } from '@atelier/contracts/audit';
import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api.ts';
import { LoadError } from '../shell/load-error.tsx';
import { AuditEntry } from './audit-entry.tsx';
import { AuditExport } from './audit-export.tsx';
import { type AuditConditions, AuditFilters, noConditions, toFilter } from './audit-filters.tsx';
import { AuditStatistics } from './audit-statistics.tsx';
import { AuditVerify } from './audit-verify.tsx';

/** The record of an organisation or of the installation: filtered, counted, verified, exported. */
export function AuditRecord({ scope }: { readonly scope: AuditFilter['scope'] }) {
  const { t } = useTranslation('settings');
  const [conditions, setConditions] = useState<AuditConditions>(noConditions);
  const filter: AuditFilter = { scope, ...toFilter(conditions) };
  return (
    <div className="text-2">
      <p className="mb-4 max-w-(--measure) text-soft">{t('audit.text')}</p>
      <div className="mb-5 flex flex-wrap items-center gap-2">
        <AuditVerify scope={scope} />
        <AuditExport filter={filter} />
      </div>
      <AuditFilters scope={scope} conditions={conditions} onChange={setConditions} />
      <AuditStatistics filter={filter} />
      <AuditList key={JSON.stringify(filter)} filter={filter} />
    </div>
  );
}

function AuditList({ filter }: { readonly filter: AuditFilter }) {
  const { t } = useTranslation('settings');
  const list = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      client.api.audit.list.query({ ...filter, ...(pageParam === null ? {} : { before: pageParam }) }, { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.nextBefore,
    // What happened a moment ago is what one looks for.
    staleTime: 0,
  });
  const entries = list.data?.pages.flatMap(({ items }) => items) ?? [];
  if (list.isError && !list.data) return <LoadError error={list.error} onRetry={() => void list.refetch()} />;
  if (list.isPending) return <Skeleton className="h-60 w-full" />;
  if (entries.length === 0) return <p className="py-4 text-faint">{t('audit.nothing')}</p>;
  return (
    <>
      <ol aria-label={t('section.audit.title')} className="border-t border-line">
        {entries.map((entry) => (
          <AuditEntry key={entry.seq} entry={entry} />
        ))}
      </ol>
      {list.hasNextPage && (
        <Button className="mt-4" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('audit.more')}
        </Button>
      )}
    </>
  );
}
