import { userId } from '@atelier/contracts/ids';
import { type RunState, runState } from '@atelier/contracts/runs';
import type { SearchRunsInput } from '@atelier/contracts/traces';
import { Button } from '@atelier/ui/button';
import { Select } from '@atelier/ui/select';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LabelledInput } from './labelled-input.tsx';
import { startOfDay } from './start-of-day.ts';
import { useMembers } from './use-members.ts';

/** What is chosen, as it stands in the controls; empty: no condition. */
interface RunConditions {
  readonly state: RunState | 'any_failure' | '';
  readonly userId: string;
  readonly model: string;
  readonly seconds: string;
  readonly dollars: string;
  /** Days of the reader's calendar, the last one included: "2026-01-31". */
  readonly from: string;
  readonly to: string;
}

export type RunFilter = Omit<SearchRunsInput, 'limit' | 'cursor' | 'direction'>;

export const noRunConditions: RunConditions = {
  state: '',
  userId: '',
  model: '',
  seconds: '',
  dollars: '',
  from: '',
  to: '',
};

export function toRunFilter(conditions: RunConditions): RunFilter {
  const { state, model, seconds, dollars, from, to } = conditions;
  return {
    isFailed: state === 'any_failure',
    ...(state === '' || state === 'any_failure' ? {} : { state }),
    ...(conditions.userId === '' ? {} : { userId: userId.parse(conditions.userId) }),
    ...(model.trim() === '' ? {} : { model: model.trim() }),
    ...(seconds === '' ? {} : { minDurationMs: Math.round(Number(seconds) * 1000) }),
    ...(dollars === '' ? {} : { minCost: Math.round(Number(dollars) * 1_000_000) }),
    ...(from === '' ? {} : { from: startOfDay(from, 0) }),
    ...(to === '' ? {} : { to: startOfDay(to, 1) }),
  };
}

/** Conditions that hold once they are searched for: each is a question to the server. */
export function RunFilters({ onSearch }: { readonly onSearch: (filter: RunFilter) => void }) {
  const { t } = useTranslation('traces');
  const { members } = useMembers();
  const [conditions, setConditions] = useState(noRunConditions);
  const change = (fields: Partial<RunConditions>) => setConditions({ ...conditions, ...fields });
  const search = (event: FormEvent) => {
    event.preventDefault();
    onSearch(toRunFilter(conditions));
  };
  const clear = () => {
    setConditions(noRunConditions);
    onSearch(toRunFilter(noRunConditions));
  };
  return (
    <form onSubmit={search} className="mb-5 grid grid-cols-3 gap-3 max-lg:grid-cols-2 max-sm:grid-cols-1">
      <Select
        label={t('search.state')}
        value={conditions.state}
        options={[
          ['', t('search.anyState')],
          ['any_failure', t('search.failed')],
          ...runState.options.map((state) => [state, t(`search.states.${state}`)] as const),
        ]}
        onChange={(state) => change({ state })}
      />
      <Select
        label={t('search.person')}
        value={conditions.userId}
        options={[['', t('search.anybody')], ...members.map((member) => [member.userId, member.name] as const)]}
        onChange={(id) => change({ userId: id })}
      />
      <LabelledInput
        label={t('search.model')}
        maxLength={200}
        value={conditions.model}
        onText={(model) => change({ model })}
      />
      <LabelledInput
        label={t('search.seconds')}
        type="number"
        min={0}
        max={2_000_000}
        step="any"
        value={conditions.seconds}
        onText={(seconds) => change({ seconds })}
      />
      <LabelledInput
        label={t('search.dollars')}
        type="number"
        min={0}
        max={1_000_000}
        step="any"
        value={conditions.dollars}
        onText={(dollars) => change({ dollars })}
      />
      <LabelledInput
        label={t('search.from')}
        type="date"
        min="1970-01-02"
        value={conditions.from}
        onText={(from) => change({ from })}
      />
      <LabelledInput
        label={t('search.to')}
        type="date"
        min="1970-01-02"
        value={conditions.to}
        onText={(to) => change({ to })}
      />
      <div className="flex gap-2 self-end">
        <Button type="submit" look="primary">
          {t('search.find')}
        </Button>
        {conditions !== noRunConditions && (
          <Button look="ghost" onClick={clear}>
            {t('search.clear')}
          </Button>
        )}
      </div>
    </form>
  );
}
