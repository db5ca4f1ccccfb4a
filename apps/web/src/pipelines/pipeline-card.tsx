import type { PipelineRunDto } from '@atelier/contracts/pipeline-runs';
import { Badge, type Tone } from '@atelier/ui/badge';
import { IconButton } from '@atelier/ui/icon-button';
import { ChevronDown, ChevronUp, Workflow } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PipelineActions } from './pipeline-actions.tsx';
import { StageList } from './stage-list.tsx';

const tones: Readonly<Record<PipelineRunDto['state'], Tone>> = {
  running: 'warn',
  waiting: 'warn',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'plain',
};

/** The pipeline of a session, above its conversation: which stage it is at, and what can be done about it. */
export function PipelineCard({ pipeline }: { readonly pipeline: PipelineRunDto }) {
  const { t } = useTranslation('pipelines');
  const [isOpen, setOpen] = useState(false);
  const listId = useId();
  const { name, state, stages, attempts } = pipeline;
  const position = attempts.at(-1)?.position ?? 0;
  return (
    <section
      aria-label={t('region', { name })}
      className="flex-none border-b border-line bg-sunken px-6 py-2 text-2 max-sm:px-3"
    >
      <div className="mx-auto w-full max-w-[740px]">
        <div className="flex items-center gap-2">
          <Workflow aria-hidden className="size-4 flex-none text-faint" />
          <p role="status" className="min-w-0 flex-1 truncate">
            <span className="font-medium">{name}</span>{' '}
            <span className="text-soft max-sm:hidden">
              {t('progress', { number: position + 1, count: stages.length, name: stages[position]?.name })}
            </span>
            <span aria-hidden className="text-soft tabular-nums sm:hidden">
              {position + 1}/{stages.length}
            </span>
          </p>
          <Badge tone={tones[state]}>{t(`state.${state}`)}</Badge>
          <IconButton
            label={isOpen ? t('hide') : t('show')}
            aria-expanded={isOpen}
            aria-controls={listId}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? <ChevronUp aria-hidden className="size-4" /> : <ChevronDown aria-hidden className="size-4" />}
          </IconButton>
        </div>
        <div id={listId} hidden={!isOpen} className="max-h-[40dvh] overflow-y-auto">
          <StageList pipeline={pipeline} />
        </div>
        <PipelineActions pipeline={pipeline} />
      </div>
    </section>
  );
}
