import { type AuditFilter, auditActions } from '@atelier/contracts/audit';
import { userId } from '@atelier/contracts/ids';
import { Button } from '@atelier/ui/button';
import { Select } from '@atelier/ui/select';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { LabelledInput } from './labelled-input.tsx';
import { startOfDay } from './start-of-day.ts';

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
    ...(from === '' ? {} : { from: startOfDay(from, 0) }),
    ...(to === '' ? {} : { to: startOfDay(to, 1) }),
  };
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
      <LabelledInput label={t('audit.from')} type="date" value={conditions.from} onText={(from) => change({ from })} />
      <LabelledInput label={t('audit.to')} type="date" value={conditions.to} onText={(to) => change({ to })} />
      {conditions !== noConditions && (
        <Button look="ghost" className="self-end justify-self-start" onClick={() => onChange(noConditions)}>
          {t('audit.clear')}
        </Button>
      )}
    </fieldset>
  );
}

const actionNames = Object.keys(auditActions) as readonly (keyof typeof auditActions)[]; // the keys of a constant table are its own
