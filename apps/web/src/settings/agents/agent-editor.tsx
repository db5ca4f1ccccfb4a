import type { AgentDto } from '@atelier/contracts/agents';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { showError } from '../../shell/show-error.ts';
import { AgentDialog } from './agent-dialog.tsx';
import type { AgentChanges } from './use-agents.ts';

interface AgentEditorProps {
  readonly agent: AgentDto;
  readonly changes: AgentChanges;
  readonly onClose: () => void;
}

/** An agent as it is now, to be changed; nothing is shown until it is there. */
export function AgentEditor({ agent, changes, onClose }: AgentEditorProps) {
  const { t } = useTranslation('agents');
  const { id: agentId, name, scope } = agent;
  // What somebody changed meanwhile is not changed back.
  const { data, error } = trpc.agents.get.useQuery(
    { agentId },
    { staleTime: 0, gcTime: 0, refetchOnWindowFocus: false },
  );
  if (error) {
    showError(error);
    queueMicrotask(onClose);
    return null;
  }
  if (!data) return null;
  const { revision, content } = data;
  return (
    <AgentDialog
      scope={scope}
      title={t('editTitle', { name })}
      action={t('save')}
      saved={content}
      onSave={async (changed) => void (await changes.update.mutateAsync({ agentId, revision, content: changed }))}
      onClose={onClose}
    />
  );
}
