import type { PipelineRunDto } from '@atelier/contracts/pipeline-runs';
import { Button } from '@atelier/ui/button';
import { RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useMay } from '../auth/use-may.ts';
import { showError } from '../shell/show-error.ts';

/** Has the stage that failed, or was stopped, begin again; nothing where none has. */
export function RunStageAgain({ pipeline }: { readonly pipeline: PipelineRunDto }) {
  const { t } = useTranslation('pipelines');
  const mayStart = useMay('run.start');
  const again = trpc.pipelines.runAgain.useMutation({ onError: showError });
  const { id: pipelineRunId, state } = pipeline;
  if (!mayStart || (state !== 'failed' && state !== 'cancelled')) return null;
  return (
    <Button
      disabled={again.isPending}
      icon={<RotateCw aria-hidden className="size-3.5" />}
      onClick={() => again.mutate({ pipelineRunId })}
    >
      {t('again')}
    </Button>
  );
}
