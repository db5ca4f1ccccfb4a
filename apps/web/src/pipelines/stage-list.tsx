import type { PipelineRunDto, StageRunDto, StageState } from '@atelier/contracts/pipeline-runs';
import { Badge, type Tone } from '@atelier/ui/badge';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '../platform/format.ts';
import { FactLine } from '../settings/row-list.tsx';
import { formatCost, formatCount } from '../traces/format-amounts.ts';

const tones: Readonly<Record<StageState | 'pending', Tone>> = {
  pending: 'plain',
  running: 'warn',
  checking: 'warn',
  waiting: 'warn',
  succeeded: 'good',
  rejected: 'plain',
  failed: 'bad',
  cancelled: 'plain',
};

/** The stages of a pipeline in order: how each stands, what it took, and why it was given back. */
export function StageList({ pipeline }: { readonly pipeline: PipelineRunDto }) {
  const { t } = useTranslation('pipelines');
  return (
    <ol className="text-2">
      {pipeline.stages.map(({ name, agent }, position) => {
        const attempts = pipeline.attempts.filter((attempt) => attempt.position === position);
        const last = attempts.at(-1);
        const state = last?.state ?? 'pending';
        const said = attempts.findLast(({ comment }) => comment !== '')?.comment;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a stage has no identity but its place
          <li key={position} className="flex gap-2 border-line py-2 not-first:border-t">
            <span aria-hidden className="w-5 flex-none text-right text-faint tabular-nums">
              {position + 1}.
            </span>
            <div className="min-w-0 flex-1">
              <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
                <span className="min-w-0 font-medium break-words">{name}</span>
                <Badge tone={tones[state]}>{t(`stageState.${state}`)}</Badge>
              </div>
              <p className="text-1 text-soft">
                <StageFacts agent={agent} attempts={attempts} />
              </p>
              {said !== undefined && <p className="mt-0.5 line-clamp-4 text-1 break-words text-soft">“{said}”</p>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

interface StageFactsProps {
  readonly agent: string | null;
  readonly attempts: readonly StageRunDto[];
}

/** Who, how often, how long, how many tokens, how much money: as far as it is known. */
function StageFacts({ agent, attempts }: StageFactsProps) {
  const { t, i18n } = useTranslation('pipelines');
  const { language } = i18n;
  const sum = (of: (attempt: StageRunDto) => number) => attempts.reduce((total, attempt) => total + of(attempt), 0);
  const timeMs = sum(({ startedAt, finishedAt }) => (finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : 0));
  const tokens = sum(({ usage }) => usage.inputTokens + usage.outputTokens);
  const hasCost = attempts.some(({ usage }) => usage.cost !== undefined);
  return (
    <FactLine>
      <span>{agent ?? t('standard')}</span>
      {attempts.length > 1 && <span>{t('attempts', { count: attempts.length })}</span>}
      {timeMs > 0 && <span>{formatDuration(timeMs, language)}</span>}
      {tokens > 0 && <span>{t('tokens', { number: formatCount(tokens, language) })}</span>}
      {hasCost && (
        <span>
          {formatCost(
            sum(({ usage }) => usage.cost ?? 0),
            language,
          )}
        </span>
      )}
    </FactLine>
  );
}
