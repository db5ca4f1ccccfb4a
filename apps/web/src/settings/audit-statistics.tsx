import type { AuditFilter, AuditStatistics as Statistics } from '@atelier/contracts/audit';
import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { formatDay } from '../platform/format.ts';
import { LoadError } from '../shell/load-error.tsx';
import { ActorName } from './audit-entry.tsx';
import { Bar } from './bar.tsx';
import { DayColumns } from './day-columns.tsx';

const shown = 8;

/** How much of what, by whom and when, of all that the filter lets through. */
export function AuditStatistics({ filter }: { readonly filter: AuditFilter }) {
  const { t } = useTranslation('settings');
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const statistics = trpc.audit.statistics.useQuery(filter, { placeholderData: (before) => before });
  if (statistics.isError && !statistics.data) {
    return <LoadError error={statistics.error} onRetry={() => void statistics.refetch()} />;
  }
  return (
    <section aria-label={t('audit.statistics')} className="mb-5 rounded-2 border border-line">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className="tap flex min-h-9 w-full items-center gap-2 rounded-2 px-3 py-1.5 text-left hover:bg-hover"
      >
        <ChevronRight aria-hidden className={`size-4 flex-none text-faint ${isOpen ? 'rotate-90' : ''}`} />
        <span className="font-medium">{t('audit.statistics')}</span>
        <span className="ml-auto text-soft tabular-nums">
          {statistics.data && t('audit.total', { count: statistics.data.total })}
        </span>
      </button>
      <div id={id} hidden={!isOpen} className="border-t border-line px-4 py-4">
        {isOpen && statistics.data && <Figures statistics={statistics.data} />}
      </div>
    </section>
  );
}

function Figures({ statistics: { total, byOutcome, byDay, byAction, byActor } }: { readonly statistics: Statistics }) {
  const { t } = useTranslation('settings');
  if (total === 0) return <p className="text-faint">{t('audit.nothing')}</p>;
  return (
    <div className="grid grid-cols-2 gap-x-8 gap-y-5 max-lg:grid-cols-1">
      <Ranking
        title={t('audit.byAction')}
        rows={byAction.slice(0, shown).map(({ action, count }) => [action, t(`audit.actions.${action}`), count])}
      />
      <Ranking
        title={t('audit.byActor')}
        rows={byActor
          .slice(0, shown)
          .map(({ id, name, count }) => [
            id ?? 'nobody',
            <ActorName key="name" actor={{ kind: id === null ? 'system' : 'user', name }} />,
            count,
          ])}
      />
      <Ranking
        title={t('audit.outcome')}
        rows={(['ok', 'denied', 'failed'] as const).map((name) => [name, t(`audit.outcomes.${name}`), byOutcome[name]])}
      />
      <Days byDay={byDay} />
    </div>
  );
}

interface RankingProps {
  readonly title: string;
  readonly rows: readonly (readonly [key: string, label: React.ReactNode, count: number])[];
}

function Ranking({ title, rows }: RankingProps) {
  const { i18n } = useTranslation('settings');
  const most = Math.max(1, ...rows.map(([, , count]) => count));
  return (
    <div>
      <h3 className="mb-2 text-soft">{title}</h3>
      <ul className="flex flex-col gap-2">
        {rows.map(([key, label, count]) => (
          <li key={key}>
            <p className="flex justify-between gap-3">
              <span className="min-w-0 truncate">{label}</span>
              <span className="tabular-nums">{new Intl.NumberFormat(i18n.language).format(count)}</span>
            </p>
            <Bar part={count} whole={most} />
          </li>
        ))}
      </ul>
    </div>
  );
}

const shownDays = 28;

/** How much on each of the last days on which something happened. */
function Days({ byDay }: Pick<Statistics, 'byDay'>) {
  const { t, i18n } = useTranslation('settings');
  return (
    <div>
      <h3 className="mb-2 text-soft">{t('audit.byDay')}</h3>
      <DayColumns
        days={byDay.slice(-shownDays).map(({ day, count }) => ({
          day,
          value: count,
          text: `${formatDay(day, i18n.language)}: ${count}`,
        }))}
      />
    </div>
  );
}
