import { type AuditFilter, auditActions } from '@atelier/contracts/audit';
import { userId } from '@atelier/contracts/ids';
import { Button } from '@atelier/ui/button';
import { Select } from '@atelier/ui/select';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';

/** What is chosen, as it stands in the controls; empty: no condition. */
export interface AuditConditions {
  readonly action: keyof typeof auditActions | '';
  readonly outcome: 'ok' | 'denied' | 'failed' | '';
  readonly actorId: string;
  /** Days of the reader's calendar, the last one included: "2026-01-31". */
  readonly from: string;
  readonly to: string;
}

export const noConditions: AuditConditions = { action: '', outcome: '', actorId: '', from: '', to: '' };

export function toFilter({ action, outcome, actorId, from, to }: AuditConditions): Omit<AuditFilter, 'scope'> {
  return {
    ...(action === '' ? {} : { action }),
    ...(outcome === '' ? {} : { outcome }),
    ...(actorId === '' ? {} : { actorId: userId.parse(actorId) }),
    ...(from === '' ? {} : { from: startOf(from, 0) }),
    ...(to === '' ? {} : { to: startOf(to, 1) }),
  };
}

/** Midnight of that day here, or of the day after. */
function startOf(day: string, plusDays: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + plusDays).toISOString();
}

interface AuditFiltersProps {
  readonly scope: AuditFilter['scope'];
  readonly conditions: AuditConditions;
  readonly onChange: (conditions: AuditConditions) => void;
}

export function AuditFilters({ scope, conditions, onChange }: AuditFiltersProps) {
  const { t } = useTranslation('settings');
  // Whoever has ever done something here can be asked for.
  const everything = trpc.audit.statistics.useQuery({ scope });
  const actors =
    everything.data?.byActor.flatMap(({ id, name }) => (id === null ? [] : [[id, name ?? id] as const])) ?? [];
  const used = new Set<string>(everything.data?.byAction.map(({ action }) => action));
  const actions = actionNames.filter((name) => used.has(name) || name === conditions.action);
  const change = (fields: Partial<AuditConditions>) => onChange({ ...conditions, ...fields });
  return (
    <fieldset className="mb-5 grid grid-cols-3 gap-3 max-lg:grid-cols-2">
      <Select
        label={t('audit.action')}
        className="max-lg:col-span-2"
        value={conditions.action}
        options={[['', t('audit.anyAction')], ...actions.map((name) => [name, t(`audit.actions.${name}`)] as const)]}
        onChange={(action) => change({ action })}
      />
      <Select
        label={t('audit.outcome')}
        value={conditions.outcome}
        options={[
          ['', t('audit.anyOutcome')],
          ...(['ok', 'denied', 'failed'] as const).map((name) => [name, t(`audit.outcomes.${name}`)] as const),
        ]}
        onChange={(outcome) => change({ outcome })}
      />
      <Select
        label={t('audit.actor')}
        value={conditions.actorId}
        options={[['', t('audit.anybody')], ...actors]}
        onChange={(actorId) => change({ actorId })}
      />
      <DayField label={t('audit.from')} value={conditions.from} onChange={(from) => change({ from })} />
      <DayField label={t('audit.to')} value={conditions.to} onChange={(to) => change({ to })} />
      {conditions !== noConditions && (
        <Button look="ghost" className="self-end justify-self-start" onClick={() => onChange(noConditions)}>
          {t('audit.clear')}
        </Button>
      )}
    </fieldset>
  );
}

const actionNames = Object.keys(auditActions) as readonly (keyof typeof auditActions)[]; // the keys of a constant table are its own

interface DayFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (day: string) => void;
}

function DayField({ label, value, onChange }: DayFieldProps) {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <input
        id={id}
        type="date"
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="tap h-8 w-full rounded-2 border border-line-strong bg-raised px-3 focus:border-accent focus:outline-none max-sm:text-[16px]"
      />
    </div>
  );
}
