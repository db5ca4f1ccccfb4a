import type { PipelineDto } from '@atelier/contracts/pipelines';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { showError } from '../../shell/show-error.ts';
import { PipelineDialog } from './pipeline-dialog.tsx';
import type { PipelineChanges } from './use-pipelines.ts';

interface PipelineEditorProps {
  readonly pipeline: PipelineDto;
  readonly changes: PipelineChanges;
  readonly onClose: () => void;
}

/** A pipeline as it is now, to be changed; nothing is shown until it is there. */
export function PipelineEditor({ pipeline, changes, onClose }: PipelineEditorProps) {
  const { t } = useTranslation('pipelines');
  const { id: pipelineId, name, scope } = pipeline;
  // What somebody changed meanwhile is not changed back.
  const options = { staleTime: 0, gcTime: 0, refetchOnWindowFocus: false };
  const { data, error } = trpc.pipelines.get.useQuery({ pipelineId }, options);
  if (error) {
    showError(error);
    queueMicrotask(onClose);
    return null;
  }
  if (!data) return null;
  const { revision } = data;
  return (
    <PipelineDialog
      title={t('editTitle', { name })}
      action={t('save')}
      scope={scope}
      saved={data.content}
      onSave={async (content) => void (await changes.update.mutateAsync({ pipelineId, revision, content }))}
      onClose={onClose}
    />
  );
}
