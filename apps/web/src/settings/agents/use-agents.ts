import type { AgentScope } from '@atelier/contracts/agents';
import { trpc } from '../../api.ts';
import { showError } from '../../shell/show-error.ts';

/** What changes agents of the person, or of the organisation. */
export function useAgentChanges(scope: AgentScope) {
  const utils = trpc.useUtils();
  const onSettled = () => utils.agents.invalidate();
  const router = scope === 'person' ? trpc.agents : trpc.organisationAgents;
  return {
    create: router.create.useMutation({ onSettled }),
    update: router.update.useMutation({ onSettled }),
    restoreVersion: router.restoreVersion.useMutation({ onError: showError, onSettled }),
    archive: router.archive.useMutation({ onError: showError, onSettled }),
  };
}
export type AgentChanges = ReturnType<typeof useAgentChanges>;
