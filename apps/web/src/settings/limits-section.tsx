import type { LimitStatus } from '@atelier/contracts/limits';
import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { formatDuration } from '../platform/format.ts';
import { LoadError } from '../shell/load-error.tsx';
import { Bar } from './bar.tsx';

/** What is left changes while one looks. */
const lookEveryMs = 10_000;

export function LimitsSection() {
  const { t } = useTranslation('settings');
  const status = trpc.limits.status.useQuery(undefined, { refetchInterval: lookEveryMs, staleTime: 0 });
  return (
    <>
      <p className="mb-5 max-w-(--measure) text-2 text-soft">{t('limits.text')}</p>
      {status.isError && !status.data && <LoadError error={status.error} onRetry={() => void status.refetch()} />}
      {status.isPending && <Skeleton className="h-40 w-full" />}
      <ul className="flex flex-col gap-5 text-2">
        {status.data?.map((limit) => (
          <LimitRow key={limit.limit} status={limit} />
        ))}
      </ul>
    </>
  );
}

function LimitRow({ status: { limit, points, seconds, left, resetsInMs } }: { readonly status: LimitStatus }) {
  const { t, i18n } = useTranslation('settings');
  const amount = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  const time = (ms: number) => formatDuration(ms, i18n.language);
  return (
    <li>
      <div className="mb-1 flex flex-wrap justify-between gap-x-4">
        <span className="font-medium">{t(`limits.${limit}`)}</span>
        <span className="text-soft tabular-nums">
          {t('limits.left', { left: amount(left), points: amount(points) })}{' '}
          {t('limits.per', { time: time(seconds * 1000) })}
        </span>
      </div>
      <Bar part={left} whole={points} tone={left === 0 ? 'bad' : left < points / 5 ? 'warn' : 'accent'} />
      <p className="mt-1 text-1 text-faint tabular-nums">
        {left === points ? t('limits.full') : t('limits.resets', { time: time(resetsInMs) })}
      </p>
    </li>
  );
}
