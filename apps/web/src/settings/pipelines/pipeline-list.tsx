import type { AgentScope } from '@atelier/contracts/agents';
import type { PipelineDto } from '@atelier/contracts/pipelines';
import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { Play, Plus, Workflow } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { useMay } from '../../auth/use-may.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { Row, RowList } from '../row-list.tsx';
import { PipelineDialog } from './pipeline-dialog.tsx';
import { PipelineMenu } from './pipeline-menu.tsx';
import { StartPipeline } from './start-pipeline.tsx';
import { usePipelineChanges } from './use-pipelines.ts';

interface PipelineListProps {
  readonly scope: AgentScope;
  readonly isChangeable: boolean;
}

/** The pipelines of a scope below each other, each with a way to start it, and a new one. */
export function PipelineList({ scope, isChangeable }: PipelineListProps) {
  const { t } = useTranslation('pipelines');
  const [isAdding, setAdding] = useState(false);
  const [starting, setStarting] = useState<PipelineDto | null>(null);
  const mayStart = useMay('run.start');
  const list = trpc.pipelines.list.useQuery();
  const changes = usePipelineChanges(scope);
  if (list.isError && !list.data) return <LoadError error={list.error} onRetry={() => void list.refetch()} />;
  if (list.isPending) return <Skeleton className="h-20 w-full" />;
  const pipelines = list.data.items.filter((pipeline) => pipeline.scope === scope);
  return (
    <>
      {pipelines.length === 0 && (
        <p className="mb-3 text-faint">{t(scope === 'person' ? 'none' : 'organisationNone')}</p>
      )}
      {pipelines.length > 0 && (
        <div className="mb-3">
          <RowList label={t(scope === 'person' ? 'own' : 'organisation')}>
            {pipelines.map((pipeline) => (
              <Row
                key={pipeline.id}
                icon={<Workflow aria-hidden className="size-4" />}
                title={pipeline.name}
                facts={pipeline.description === '' ? undefined : pipeline.description}
                actions={
                  <>
                    {mayStart && (
                      <Button
                        aria-label={t('startOf', { name: pipeline.name })}
                        icon={<Play aria-hidden className="size-3.5" />}
                        onClick={() => setStarting(pipeline)}
                      >
                        {t('start')}
                      </Button>
                    )}
                    {isChangeable && <PipelineMenu pipeline={pipeline} changes={changes} />}
                  </>
                }
              >
                <ol className="mt-1 list-decimal pl-11 text-soft marker:text-faint marker:tabular-nums">
                  {pipeline.stages.map((name, position) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a stage has no identity but its place
                    <li key={position} className="break-words">
                      {name}
                    </li>
                  ))}
                </ol>
              </Row>
            ))}
          </RowList>
        </div>
      )}
      {isChangeable && (
        <Button icon={<Plus aria-hidden className="size-4" />} onClick={() => setAdding(true)}>
          {t('add')}
        </Button>
      )}
      {isAdding && (
        <PipelineDialog
          title={t('newTitle')}
          action={t('create')}
          scope={scope}
          saved={null}
          onSave={async (content) => void (await changes.create.mutateAsync({ content }))}
          onClose={() => setAdding(false)}
        />
      )}
      {starting && <StartPipeline pipeline={starting} onClose={() => setStarting(null)} />}
    </>
  );
}
