import type { PipelineDto } from '@atelier/contracts/pipelines';
import type { SessionDto } from '@atelier/contracts/sessions';
import { lazy, Suspense } from 'react';

export type ChosenAgent = SessionDto['agent'];

interface PipelineChoice {
  /** Null: an agent answers. */
  readonly chosen: PipelineDto | null;
  readonly onChoose: (pipeline: PipelineDto) => void;
}

export interface AgentChoiceProps {
  /** Null: the standard one. */
  readonly chosen: ChosenAgent;
  readonly onChoose: (agent: ChosenAgent) => void;
  /** Where a pipeline can be started instead. */
  readonly pipelines?: PipelineChoice;
}

const AgentChoiceMenu = lazy(async () => ({ default: (await import('./agent-choice-menu.tsx')).AgentChoiceMenu }));

/** Who answers the next message. The composer does not wait for it. */
export function AgentChoice(props: AgentChoiceProps) {
  return (
    <Suspense>
      <AgentChoiceMenu {...props} />
    </Suspense>
  );
}
