import type { ModelChoice } from '@atelier/contracts/model-choice';
import type { Part } from '@atelier/contracts/parts';
import type { PipelineRunDto } from '@atelier/contracts/pipeline-runs';
import { isTerminal, type RunDto } from '@atelier/contracts/runs';
import { newId } from '@atelier/kernel/ids';
import { Button } from '@atelier/ui/button';
import { IconButton } from '@atelier/ui/icon-button';
import { Check, CircleAlert, Copy, Play, RotateCcw } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useCopy } from '../platform/use-copy.ts';
import { showError } from '../shell/show-error.ts';
import { RunFigures } from './run-figures.tsx';

const RunStageAgain = lazy(async () => ({ default: (await import('../pipelines/run-stage-again.tsx')).RunStageAgain }));
const RetryWith = lazy(async () => ({ default: (await import('./retry-with.tsx')).RetryWith }));

interface RunEndProps {
  readonly run: RunDto;
  readonly parts: readonly Part[];
  readonly isLatest: boolean;
  /** Which goes on with its stage by itself: nothing is asked for again beside it. */
  readonly pipeline: PipelineRunDto | null;
  /** What can be done with any answer. */
  readonly actions: ReactNode;
}

/** How an answer ended, and what can be done about it. */
export function RunEnd({ run, parts, isLatest, pipeline, actions }: RunEndProps) {
  const { t } = useTranslation();
  if (!isTerminal(run.state)) return null;
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
  if (run.state === 'succeeded') {
    return <Footer run={run} text={text} isRepeatable={isLatest && !pipeline} actions={actions} />;
  }
  const message =
    run.state === 'cancelled'
      ? t('chat.stopped')
      : (run.error?.message ?? (run.state === 'interrupted' ? t('chat.interrupted') : ''));
  const isBad = run.state !== 'cancelled';
  return (
    <>
      <div
        role={isBad ? 'alert' : undefined}
        className={`flex flex-wrap items-center gap-2 rounded-2 px-3 py-2 text-2 ${isBad ? 'bg-bad-wash' : 'bg-sunken text-soft'}`}
      >
        {isBad && <CircleAlert aria-hidden className="size-4 flex-none text-bad" />}
        <p className="min-w-48 flex-1">{message}</p>
        {actions}
        {isLatest && !pipeline && <RepeatButtons run={run} hasText={parts.length > 0} />}
        {isLatest && pipeline && (
          <Suspense>
            <RunStageAgain pipeline={pipeline} />
          </Suspense>
        )}
      </div>
      {run.usage.outputTokens > 0 && (
        <p className="-mt-3 text-1 text-faint">
          <RunFigures run={run} />
        </p>
      )}
    </>
  );
}

/** Asks for another answer; of somebody else, where one is said. */
function useRetry(run: RunDto) {
  // One id for one click that is tried again: a second answer is never made by accident.
  const [clientId] = useState(newId);
  const { mutate, isPending } = trpc.runs.retry.useMutation({ onError: showError });
  return {
    isPending,
    retry: () => mutate({ runId: run.id, clientId }),
    // Each choice is another wish: the same id would be given the answer of the first.
    retryWith: (model: ModelChoice) => mutate({ runId: run.id, clientId: newId(), model }),
  };
}

function RepeatButtons({ run, hasText }: { readonly run: RunDto; readonly hasText: boolean }) {
  const { t } = useTranslation();
  const [clientId] = useState(newId);
  const goOn = trpc.runs.continue.useMutation({ onError: showError });
  const { retry, retryWith, isPending } = useRetry(run);
  const isBusy = goOn.isPending || isPending;
  return (
    <div className="ml-auto flex flex-wrap justify-end gap-2">
      {hasText && (
        <Button
          icon={<Play aria-hidden className="size-3.5" />}
          disabled={isBusy}
          onClick={() => goOn.mutate({ runId: run.id, clientId })}
        >
          {t('chat.continue')}
        </Button>
      )}
      <Button icon={<RotateCcw aria-hidden className="size-3.5" />} disabled={isBusy} onClick={retry}>
        {t('chat.retryRun')}
      </Button>
      <Suspense>
        <RetryWith look="button" isBusy={isBusy} onRetry={retryWith} />
      </Suspense>
    </div>
  );
}

interface FooterProps extends Pick<RunEndProps, 'run' | 'actions'> {
  readonly text: string;
  readonly isRepeatable: boolean;
}

function Footer({ run, text, isRepeatable, actions }: FooterProps) {
  const { t } = useTranslation();
  const { isCopied, copy } = useCopy();
  const { retry, retryWith, isPending } = useRetry(run);
  return (
    <div className="-mt-2 flex items-center gap-1 text-1 text-faint max-sm:flex-wrap">
      <IconButton
        label={isCopied ? t('common.copied') : t('common.copy')}
        onClick={() => void copy(text)}
        className="-ml-2"
      >
        {isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
      </IconButton>
      {isRepeatable && (
        <>
          <IconButton label={t('chat.retryRun')} disabled={isPending} onClick={retry}>
            <RotateCcw aria-hidden className="size-4" />
          </IconButton>
          <Suspense>
            <RetryWith look="icon" isBusy={isPending} onRetry={retryWith} />
          </Suspense>
        </>
      )}
      {actions}
      <RunFigures run={run} />
    </div>
  );
}
