import type { PipelineDto } from '@atelier/contracts/pipelines';
import { useTranslation } from 'react-i18next';

/** What is going to happen with a text that is being written for a pipeline. */
export function GoalNote({ pipeline }: { readonly pipeline: PipelineDto }) {
  const { t } = useTranslation('pipelines');
  const { name, stages, takesInput } = pipeline;
  return (
    <p role="status" className="line-clamp-3 break-words">
      {t(takesInput ? 'startsWithGoal' : 'startsAsItIs', { name, stages: stages.join(' → ') })}
    </p>
  );
}
