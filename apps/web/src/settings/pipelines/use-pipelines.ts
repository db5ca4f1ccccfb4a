import type { AgentScope } from '@atelier/contracts/agents';
import { trpc } from '../../api.ts';
import { showError } from '../../shell/show-error.ts';

/** What changes pipelines of the person, or of the organisation. */
export function usePipelineChanges(scope: AgentScope) {
  const utils = trpc.useUtils();
  const onSettled = () => utils.pipelines.invalidate();
  const router = scope === 'person' ? trpc.pipelines : trpc.organisationPipelines;
  return {
    create: router.create.useMutation({ onSettled }),
    update: router.update.useMutation({ onSettled }),
    archive: router.archive.useMutation({ onError: showError, onSettled }),
  };
}
export type PipelineChanges = ReturnType<typeof usePipelineChanges>;
