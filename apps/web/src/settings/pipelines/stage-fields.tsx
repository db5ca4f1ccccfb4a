import type { AgentScope } from '@atelier/contracts/agents';
import { inputMark, type PipelineStage } from '@atelier/contracts/pipelines';
import { IconButton } from '@atelier/ui/icon-button';
import { TextArea } from '@atelier/ui/text-area';
import { TextField } from '@atelier/ui/text-field';
import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AgentField } from './agent-field.tsx';
import { GateFields } from './gate-fields.tsx';

interface StageFieldsProps {
  readonly stage: PipelineStage;
  /** From 1. */
  readonly number: number;
  readonly count: number;
  readonly scope: AgentScope;
  /** What is missing is said. */
  readonly hasTried: boolean;
  readonly onChange: (stage: PipelineStage) => void;
  readonly onMove: (by: -1 | 1) => void;
  /** Null: there have to be as many. */
  readonly onRemove: (() => void) | null;
}

/** What is to be done in a stage, by whom, and what has to happen after it. */
export function StageFields(props: StageFieldsProps) {
  const { stage, number, count, scope, hasTried, onChange, onMove, onRemove } = props;
  const { t } = useTranslation('pipelines');
  return (
    <fieldset className="mb-3 rounded-3 border border-line p-3">
      <legend className="px-1 font-semibold">{t('stage', { number })}</legend>
      <div className="float-right -mt-4 flex bg-raised">
        {/* `aria-disabled` instead of `disabled`: at the end of its way a stage does not lose the focus. */}
        <IconButton
          label={t('upStage', { number })}
          aria-disabled={number === 1}
          className="aria-disabled:opacity-50"
          onClick={() => onMove(-1)}
        >
          <ArrowUp aria-hidden className="size-4" />
        </IconButton>
        <IconButton
          label={t('downStage', { number })}
          aria-disabled={number === count}
          className="aria-disabled:opacity-50"
          onClick={() => onMove(1)}
        >
          <ArrowDown aria-hidden className="size-4" />
        </IconButton>
        {onRemove && (
          <IconButton label={t('removeStage', { number })} onClick={onRemove}>
            <X aria-hidden className="size-4" />
          </IconButton>
        )}
      </div>
      <TextField
        label={t('stageName')}
        maxLength={80}
        autoComplete="off"
        value={stage.name}
        error={hasTried && stage.name.trim() === '' ? t('stageNameMissing') : undefined}
        onChange={({ target }) => onChange({ ...stage, name: target.value })}
      />
      <TextArea
        label={t('goal')}
        rows={3}
        maxLength={20_000}
        value={stage.goal}
        hint={t('goalHint', { mark: inputMark })}
        error={hasTried && stage.goal.trim() === '' ? t('goalMissing') : undefined}
        onChange={({ target }) => onChange({ ...stage, goal: target.value })}
      />
      <AgentField
        label={t('agent')}
        scope={scope}
        chosen={stage.agentId}
        onChoose={(agentId) => onChange({ ...stage, agentId })}
      />
      <GateFields
        gate={stage.gate}
        scope={scope}
        hasTried={hasTried}
        onChange={(gate) => onChange({ ...stage, gate })}
      />
    </fieldset>
  );
}
