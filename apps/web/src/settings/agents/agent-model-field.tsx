import type { AgentModel } from '@atelier/contracts/agents';
import { Select } from '@atelier/ui/select';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';

interface AgentModelFieldProps {
  readonly model: AgentModel | null;
  readonly onChange: (model: AgentModel | null) => void;
}

/** Who answers: whoever answers in the session, a model, or a chain of them. */
export function AgentModelField({ model, onChange }: AgentModelFieldProps) {
  const { t } = useTranslation('agents');
  const { data } = trpc.models.available.useQuery();
  const offered = [
    ...(data?.chains ?? []).map(({ id, name }) => ({
      key: `chain ${id}`,
      text: t('chainNamed', { name }),
      model: { kind: 'chain', chainId: id } as const,
    })),
    ...(data?.models ?? []).map(({ id, label, provider }) => ({
      key: `model ${id}`,
      text: t('modelFrom', { label, provider }),
      model: { kind: 'model', modelId: id } as const,
    })),
  ];
  const chosen = model === null ? '' : model.kind === 'chain' ? `chain ${model.chainId}` : `model ${model.modelId}`;
  const isGone = data !== undefined && chosen !== '' && !offered.some(({ key }) => key === chosen);
  return (
    <Select<string>
      label={t('model')}
      size="form"
      className="mb-4"
      value={chosen}
      options={[
        ['', t('modelOfSession')],
        ...(isGone ? [[chosen, t('modelGone')] as const] : []),
        ...offered.map(({ key, text }) => [key, text] as const),
      ]}
      onChange={(key) => {
        if (key !== chosen) onChange(offered.find((item) => item.key === key)?.model ?? null);
      }}
    />
  );
}
