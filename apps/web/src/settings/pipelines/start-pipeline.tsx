import type { PipelineDto } from '@atelier/contracts/pipelines';
import { newId } from '@atelier/kernel/ids';
import { TextArea } from '@atelier/ui/text-area';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { useSubmit } from '../../auth/use-submit.ts';
import { FormDialog } from '../form-dialog.tsx';

interface StartPipelineProps {
  readonly pipeline: PipelineDto;
  readonly onClose: () => void;
}

/** Starts a pipeline in a new session, and goes there. */
export function StartPipeline({ pipeline, onClose }: StartPipelineProps) {
  const { t } = useTranslation('pipelines');
  const navigate = useNavigate();
  const utils = trpc.useUtils();
  const start = trpc.pipelines.start.useMutation();
  const [input, setInput] = useState('');
  // Tried again after a lost answer it is the same one.
  const [clientId] = useState(newId);
  const { name, takesInput } = pipeline;
  const submission = useSubmit(async () => {
    const { sessionId } = await start.mutateAsync({ pipelineId: pipeline.id, clientId, input });
    void utils.sessions.list.invalidate();
    await navigate({ to: '/s/$sessionId', params: { sessionId } });
  });
  return (
    <FormDialog
      title={t('startTitle', { name })}
      action={t('start')}
      submission={submission}
      onSubmit={() => void submission.submit()}
      onClose={onClose}
    >
      <p className="mb-3 text-soft">{t('startText')}</p>
      {takesInput && (
        <TextArea
          data-autofocus
          label={t('input')}
          rows={5}
          maxLength={20_000}
          value={input}
          onChange={({ target }) => setInput(target.value)}
        />
      )}
    </FormDialog>
  );
}
