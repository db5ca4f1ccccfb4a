import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FoundRuns } from './found-runs.tsx';
import { noRunConditions, type RunFilter, RunFilters, toRunFilter } from './run-filters.tsx';

/** The runs of everybody in the organisation: what they took, found by what they took. */
export function RunsSection() {
  const { t } = useTranslation('traces');
  const [filter, setFilter] = useState<RunFilter>(() => toRunFilter(noRunConditions));
  return (
    <div className="text-2">
      <p className="mb-4 max-w-(--measure) text-soft">{t('search.text')}</p>
      <RunFilters onSearch={setFilter} />
      <FoundRuns key={JSON.stringify(filter)} filter={filter} />
    </div>
  );
}
