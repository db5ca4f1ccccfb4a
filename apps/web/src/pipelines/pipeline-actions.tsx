import type { PipelineRunDto } from '@atelier/contracts/pipeline-runs';
import { Button } from '@atelier/ui/button';
import { Menu } from '@atelier/ui/menu';
import { Download, Square } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { client, trpc } from '../api.ts';
import { useMay } from '../auth/use-may.ts';
import { saveBlob } from '../platform/save-blob.ts';
import { showError } from '../shell/show-error.ts';
import { RunStageAgain } from './run-stage-again.tsx';
import { StageDecision } from './stage-decision.tsx';

/** What can be done with a pipeline as it stands: decide, stop, run again, take the result away. */
export function PipelineActions({ pipeline }: { readonly pipeline: PipelineRunDto }) {
  const { t } = useTranslation('pipelines');
  const mayStart = useMay('run.start');
  const stop = trpc.pipelines.stop.useMutation({ onError: showError });
  const { id: pipelineRunId, state } = pipeline;
  const waiting = pipeline.attempts.find((attempt) => attempt.state === 'waiting');
  const isActive = state === 'running' || state === 'waiting';

  async function save(format: 'markdown' | 'json'): Promise<void> {
    try {
      const { fileName, mediaType, text } = await client.api.pipelines.result.query({ pipelineRunId, format });
      saveBlob(new Blob([text], { type: mediaType }), fileName);
    } catch (error) {
      showError(error);
    }
  }
  return (
    <div className="flex flex-wrap items-center gap-2 pt-1 empty:hidden">
      {mayStart && waiting && <StageDecision key={waiting.id} pipelineRunId={pipelineRunId} stageRunId={waiting.id} />}
      <RunStageAgain pipeline={pipeline} />
      {mayStart && isActive && (
        <Button
          look="ghost"
          aria-label={t('stop')}
          disabled={stop.isPending}
          icon={<Square aria-hidden className="size-3 fill-current" />}
          onClick={() => stop.mutate({ pipelineRunId })}
        >
          {t('stopShort')}
        </Button>
      )}
      {!isActive && (
        <Menu
          align="start"
          trigger={<Button icon={<Download aria-hidden className="size-3.5" />}>{t('result')}</Button>}
          items={[
            { label: t('markdown'), onSelect: () => void save('markdown') },
            { label: t('json'), onSelect: () => void save('json') },
          ]}
        />
      )}
    </div>
  );
}
