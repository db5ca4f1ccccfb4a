import type { PipelineRunDto } from '@atelier/contracts/pipeline-runs';
import { StageList } from './stage-list.tsx';

/** The stages of the session's pipeline, beside its files. */
export function PipelineTab({ pipeline }: { readonly pipeline: PipelineRunDto }) {
  return (
    <div className="p-4">
      <h3 className="mb-1 text-2 font-semibold break-words">{pipeline.name}</h3>
      <StageList pipeline={pipeline} />
    </div>
  );
}
