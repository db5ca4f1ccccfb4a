import { Button } from '@atelier/ui/button';
import { Select } from '@atelier/ui/select';
import { Skeleton } from '@atelier/ui/skeleton';
import { Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { LoadError } from '../shell/load-error.tsx';
import { PersonRow } from './person-row.tsx';

const pageSize = 50;

/** Everybody of the installation, found by name or address. */
export function PeopleSection() {
  const { t } = useTranslation('settings');
  const [typed, setTyped] = useState('');
  const [status, setStatus] = useState<'all' | 'active' | 'suspended'>('all');
  const search = useDeferredValue(typed.trim());
  const people = trpc.installation.people.useInfiniteQuery(
    { search, status, limit: pageSize },
    { getNextPageParam: (page) => page.nextCursor ?? undefined, placeholderData: (before) => before },
  );
  const found = people.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="text-2">
      <div className="mb-2 flex flex-wrap gap-2">
        <div className="relative min-w-0 flex-[1_1_220px]">
          <Search aria-hidden className="absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint" />
          <input
            type="search"
            aria-label={t('people.search')}
            placeholder={t('people.search')}
            maxLength={100}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            className="tap h-8 w-full rounded-2 border border-line-strong bg-raised pr-2 pl-8 focus:border-accent focus:outline-none max-sm:text-[16px]"
          />
        </div>
        <Select
          label={t('people.status')}
          isLabelHidden
          className="w-36"
          value={status}
          options={(['all', 'active', 'suspended'] as const).map((option) => [option, t(`people.${option}`)] as const)}
          onChange={setStatus}
        />
      </div>
      {people.isError && !people.data && <LoadError error={people.error} onRetry={() => void people.refetch()} />}
      {people.isPending && <Skeleton className="h-40 w-full" />}
      {people.isSuccess && found.length === 0 && <p className="py-3 text-faint">{t('people.nothing')}</p>}
      <ul aria-label={t('section.people.title')}>
        {found.map((person) => (
          <PersonRow key={person.id} person={person} />
        ))}
      </ul>
      {people.hasNextPage && (
        <Button className="mt-3" disabled={people.isFetchingNextPage} onClick={() => void people.fetchNextPage()}>
          {t('people.more')}
        </Button>
      )}
    </div>
  );
}
