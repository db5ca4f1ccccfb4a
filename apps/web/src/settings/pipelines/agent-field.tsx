import type { AgentDto, AgentScope } from '@atelier/contracts/agents';
import { Select } from '@atelier/ui/select';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';

type AgentId = AgentDto['id'];

interface AgentFieldProps {
  readonly label: string;
  readonly scope: AgentScope;
  /** Null: the standard one. */
  readonly chosen: AgentId | null;
  readonly onChoose: (id: AgentId | null) => void;
}

/** An agent, of those that everybody has who has the pipeline. */
export function AgentField({ label, scope, chosen, onChoose }: AgentFieldProps) {
  const { t } = useTranslation('pipelines');
  const { data } = trpc.agents.list.useQuery();
  const agents = (data?.items ?? []).filter((agent) => scope === 'person' || agent.scope === 'organisation');
  const isGone = data !== undefined && chosen !== null && !agents.some(({ id }) => id === chosen);
  return (
    <Select<string>
      label={label}
      size="form"
      className="mb-3"
      value={chosen ?? ''}
      options={[
        ['', t('standard')],
        ...(isGone ? [[chosen, t('agentGone')] as const] : []),
        ...agents.map(({ id, name }) => [id, name] as const),
      ]}
      onChange={(key) => {
        if (key !== chosen) onChoose(agents.find(({ id }) => id === key)?.id ?? null);
      }}
    />
  );
}
