import type { AgentScope } from '@atelier/contracts/agents';
import type { PipelineGate } from '@atelier/contracts/pipelines';
import { Select } from '@atelier/ui/select';
import { TextArea } from '@atelier/ui/text-area';
import { useTranslation } from 'react-i18next';
import { AgentField } from './agent-field.tsx';

const kinds = ['none', 'check', 'person'] as const satisfies readonly PipelineGate['kind'][];

interface GateFieldsProps {
  readonly gate: PipelineGate;
  readonly scope: AgentScope;
  readonly hasTried: boolean;
  readonly onChange: (gate: PipelineGate) => void;
}

/** What has to happen before the next stage begins. */
export function GateFields({ gate, scope, hasTried, onChange }: GateFieldsProps) {
  const { t } = useTranslation('pipelines');
  return (
    <>
      <Select<PipelineGate['kind']>
        label={t('gate')}
        size="form"
        className="mb-3"
        value={gate.kind}
        options={kinds.map((kind) => [kind, t(`gates.${kind}`)] as const)}
        onChange={(kind) => onChange(kind === 'check' ? { kind, agentId: null, instructions: '' } : { kind })}
      />
      {gate.kind === 'check' && (
        <>
          <TextArea
            label={t('instructions')}
            rows={3}
            maxLength={10_000}
            value={gate.instructions}
            hint={t('instructionsHint')}
            error={hasTried && gate.instructions.trim() === '' ? t('instructionsMissing') : undefined}
            onChange={({ target }) => onChange({ ...gate, instructions: target.value })}
          />
          <AgentField
            label={t('checkAgent')}
            scope={scope}
            chosen={gate.agentId}
            onChoose={(agentId) => onChange({ ...gate, agentId })}
          />
        </>
      )}
    </>
  );
}
