import type { PipelineRunDto, StageRunDto } from '@atelier/contracts/pipeline-runs';
import { Button } from '@atelier/ui/button';
import { Check, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { showError } from '../shell/show-error.ts';

interface StageDecisionProps {
  readonly pipelineRunId: PipelineRunDto['id'];
  readonly stageRunId: StageRunDto['id'];
}

/** At a person's gate: on with it, or back with what is to be different. */
export function StageDecision({ pipelineRunId, stageRunId }: StageDecisionProps) {
  const { t } = useTranslation('pipelines');
  const { t: tCommon } = useTranslation();
  const [comment, setComment] = useState<string | null>(null);
  const decide = trpc.pipelines.decide.useMutation({ onError: showError });
  const decideBy = (decision: Parameters<typeof decide.mutate>[0]['decision']) =>
    decide.mutate({ pipelineRunId, stageRunId, decision });
  if (comment === null) {
    return (
      <>
        <Button
          look="primary"
          disabled={decide.isPending}
          icon={<Check aria-hidden className="size-4" />}
          onClick={() => decideBy({ kind: 'approve' })}
        >
          {t('approve')}
        </Button>
        <Button
          disabled={decide.isPending}
          icon={<Undo2 aria-hidden className="size-4" />}
          onClick={() => setComment('')}
        >
          {t('sendBack')}
        </Button>
      </>
    );
  }
  return (
    <form
      className="flex min-w-0 flex-1 basis-80 flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (comment.trim() !== '') decideBy({ kind: 'send_back', comment });
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was just pressed
        autoFocus
        aria-label={t('comment')}
        placeholder={t('comment')}
        value={comment}
        maxLength={4000}
        onChange={({ target }) => setComment(target.value)}
        className="tap h-8 min-w-40 flex-1 rounded-2 border border-line-strong bg-raised px-2 focus:border-accent focus:outline-none max-sm:basis-full max-sm:text-[16px]"
      />
      <Button type="submit" look="primary" disabled={decide.isPending || comment.trim() === ''}>
        {t('sendBack')}
      </Button>
      <Button look="ghost" disabled={decide.isPending} onClick={() => setComment(null)}>
        {tCommon('common.cancel')}
      </Button>
    </form>
  );
}
