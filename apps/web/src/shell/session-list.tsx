import type { SessionDto, SessionStatus } from '@atelier/contracts/sessions';
import { Skeleton } from '@atelier/ui/skeleton';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { type Age, ageOf } from '../platform/format.ts';
import { SessionRow } from './session-row.tsx';
import { useSessionChanges } from './use-session-changes.ts';

const pageSize = 30;

/** My sessions, newest activity first, more of them as one scrolls. */
export function SessionList({ status }: { readonly status: SessionStatus }) {
  const { t } = useTranslation();
  useSessionChanges();
  const list = trpc.sessions.list.useInfiniteQuery(
    { status, limit: pageSize },
    { getNextPageParam: (page) => page.nextCursor ?? undefined },
  );
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    const marker = end.current;
    if (!marker || !hasNextPage || isFetchingNextPage) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void fetchNextPage();
    });
    observer.observe(marker);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const sessions = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="-mx-1 min-h-0 flex-1 overflow-y-auto px-1">
      {list.isPending && <ListSkeleton />}
      {list.isError && (
        <p role="alert" className="p-2 text-side-faint">
          {t('nav.loadFailed')}{' '}
          <button type="button" className="text-side-text underline" onClick={() => void list.refetch()}>
            {t('common.retry')}
          </button>
        </p>
      )}
      {list.isSuccess && sessions.length === 0 && (
        <p className="p-2 text-side-faint">{status === 'open' ? t('nav.emptyOpen') : t('nav.emptyArchived')}</p>
      )}
      {groupByAge(sessions).map(({ age, items }) => (
        <section key={age} aria-label={t(`nav.${age}`)}>
          <h2 className="mt-4 mb-1 px-2 text-[11px] leading-4 font-semibold text-side-faint">{t(`nav.${age}`)}</h2>
          <ul>
            {items.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </ul>
        </section>
      ))}
      <div ref={end} className="h-4" />
    </div>
  );
}

function groupByAge(sessions: readonly SessionDto[]): readonly { age: Age; items: readonly SessionDto[] }[] {
  const now = new Date();
  const groups = Map.groupBy(sessions, ({ lastActivityAt }) => ageOf(lastActivityAt, now));
  return [...groups].map(([age, items]) => ({ age, items }));
}

function ListSkeleton() {
  return (
    <div className="flex flex-col gap-3 p-2 pt-5 opacity-20">
      {['w-4/5', 'w-3/5', 'w-2/3', 'w-1/2'].map((width) => (
        <Skeleton key={width} className={`h-3.5 ${width}`} />
      ))}
    </div>
  );
}
