import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { Search } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { focusIfLost } from '../platform/focus-if-lost.ts';
import { LoadError } from '../shell/load-error.tsx';
import { MemberRow } from './member-row.tsx';
import { useMembers } from './use-members.ts';

export function MembersSection() {
  const { t } = useTranslation('settings');
  const { pages, members } = useMembers();
  const [search, setSearch] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const wanted = search.trim().toLowerCase();
  const found = members.filter(({ name, email }) => `${name} ${email ?? ''}`.toLowerCase().includes(wanted));

  if (pages.isError && !pages.data) return <LoadError error={pages.error} onRetry={() => void pages.refetch()} />;
  if (pages.isPending) return <ListSkeleton />;
  return (
    <div className="text-2">
      {members.length > 5 && (
        <div className="relative mb-2 max-w-sm">
          <Search aria-hidden className="absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint" />
          <input
            type="search"
            aria-label={t('members.search')}
            placeholder={t('members.search')}
            value={search}
            onChange={({ target }) => setSearch(target.value)}
            className="tap h-8 w-full rounded-2 border border-line-strong bg-raised pr-2 pl-8 focus:border-accent focus:outline-none max-sm:text-[16px]"
          />
        </div>
      )}
      {wanted !== '' && pages.hasNextPage && <p className="mb-2 text-faint">{t('members.onlyLoaded')}</p>}
      {found.length === 0 && <p className="py-3 text-faint">{t('members.nothing')}</p>}
      <ul ref={list} tabIndex={-1} aria-label={t('section.members.title')} className="outline-none">
        {found.map((member) => (
          <MemberRow key={member.userId} member={member} onRemoved={() => focusIfLost(() => list.current)} />
        ))}
      </ul>
      {members.length === 1 && <p className="py-3 text-faint">{t('members.alone')}</p>}
      {pages.hasNextPage && (
        <Button className="mt-3" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('members.more')}
        </Button>
      )}
    </div>
  );
}

function ListSkeleton() {
  return (
    <div className="flex flex-col gap-3">
      {['a', 'b', 'c'].map((row) => (
        <Skeleton key={row} className="h-10 w-full" />
      ))}
    </div>
  );
}
