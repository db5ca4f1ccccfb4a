import type { FoundRunDto } from '@atelier/contracts/traces';
import { Badge, type Tone } from '@atelier/ui/badge';
import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useIdentity } from '../auth/identity.ts';
import { formatExactTime } from '../platform/format.ts';
import { LoadError } from '../shell/load-error.tsx';
import { formatCost, formatCount, formatSpan } from '../traces/format-amounts.ts';
import { FoundTraceDialog } from '../traces/found-trace-dialog.tsx';
import type { RunFilter } from './run-filters.tsx';

const tones: Readonly<Record<FoundRunDto['state'], Tone>> = {
  queued: 'plain',
  running: 'plain',
  waiting: 'warn',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'plain',
  interrupted: 'bad',
};

/** The runs that fit, newest first. */
export function FoundRuns({ filter }: { readonly filter: RunFilter }) {
  const { t } = useTranslation('traces');
  const pages = trpc.traces.search.useInfiniteQuery(filter, {
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    // What ran a moment ago is what one looks for.
    staleTime: 0,
  });
  const runs = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  if (pages.isError && !pages.data) return <LoadError error={pages.error} onRetry={() => void pages.refetch()} />;
  if (pages.isPending) return <Skeleton className="h-60 w-full" />;
  if (runs.length === 0) return <p className="py-4 text-faint">{t('search.none')}</p>;
  return (
    <>
      <ol aria-label={t('search.found')} className="border-t border-line">
        {runs.map((run) => (
          <FoundRun key={run.id} run={run} />
        ))}
      </ol>
      {pages.hasNextPage && (
        <Button className="mt-4" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('search.more')}
        </Button>
      )}
    </>
  );
}

function FoundRun({ run }: { readonly run: FoundRunDto }) {
  const { t, i18n } = useTranslation('traces');
  const { language } = i18n;
  const isOwn = useIdentity()?.user.id === run.user.id;
  const [isTraceOpen, setTraceOpen] = useState(false);
  const took = [
    run.durationMs === null ? null : formatSpan(run.durationMs, language),
    t('search.tokens', { tokens: formatCount(run.inputTokens + run.outputTokens, language) }),
    run.cost === null ? null : formatCost(run.cost, language),
    run.attempt > 1 ? t('search.workers', { count: run.attempt }) : null,
    run.errorCode,
  ];
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-line px-1 py-2">
      <Badge tone={tones[run.state]}>{t(`search.states.${run.state}`)}</Badge>
      <span className="min-w-0 flex-[1_1_120px] truncate font-medium">
        {run.user.name === '' ? t('search.formerPerson') : run.user.name}
      </span>
      <time dateTime={run.queuedAt} className="flex-none text-1 text-soft tabular-nums">
        {formatExactTime(run.queuedAt, language)}
      </time>
      <span className="flex w-full flex-wrap gap-x-3 text-1 text-soft tabular-nums">
        <span className="min-w-0 break-words">{run.model}</span>
        {took.filter((part) => part !== null).join(' · ')}
        {/* What is somebody else's stays theirs: an administrator sees what it took. */}
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => setTraceOpen(true)}
          className="tap text-accent underline underline-offset-2"
        >
          {t('title')}
        </button>
        {isOwn && (
          <Link
            to="/s/$sessionId"
            params={{ sessionId: run.sessionId }}
            className="text-accent underline underline-offset-2"
          >
            {t('search.open')}
          </Link>
        )}
      </span>
      {isTraceOpen && <FoundTraceDialog runId={run.id} onClose={() => setTraceOpen(false)} />}
    </li>
  );
}
