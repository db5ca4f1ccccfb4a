import type { AgentScope } from '@atelier/contracts/agents';
import { type PipelineContent, type PipelineStage, pipelineContent } from '@atelier/contracts/pipelines';
import { Button } from '@atelier/ui/button';
import { TextField } from '@atelier/ui/text-field';
import { Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSubmit } from '../../auth/use-submit.ts';
import { showToast } from '../../shell/toast-store.ts';
import { FormDialog } from '../form-dialog.tsx';
import { StageFields } from './stage-fields.tsx';

const fewest = 2;
const most = 10;
const emptyStage: PipelineStage = { name: '', goal: '', agentId: null, gate: { kind: 'none' } };

/** A stage that is being written: its key stays with it when it moves. */
interface DraftStage {
  readonly key: number;
  readonly stage: PipelineStage;
}

interface PipelineDialogProps {
  readonly title: string;
  readonly action: string;
  /** Whose it is: the organisation's stages name the organisation's agents. */
  readonly scope: AgentScope;
  /** Null: a new one. */
  readonly saved: PipelineContent | null;
  readonly onSave: (content: PipelineContent) => Promise<void>;
  readonly onClose: () => void;
}

/** A pipeline's name and its stages, in order. */
export function PipelineDialog({ title, action, scope, saved, onSave, onClose }: PipelineDialogProps) {
  const { t } = useTranslation('pipelines');
  const [name, setName] = useState(saved?.name ?? '');
  const [description, setDescription] = useState(saved?.description ?? '');
  const keys = useRef(0);
  const drafted = (stage: PipelineStage): DraftStage => ({ key: keys.current++, stage });
  const [stages, setStages] = useState(() => (saved?.stages ?? [emptyStage, emptyStage]).map(drafted));
  const [hasTried, setTried] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const content = { name, description, stages: stages.map(({ stage }) => stage) };
  const submission = useSubmit(async () => {
    await onSave(content);
    showToast({ text: t('saved') });
    onClose();
  });

  function onSubmit(): void {
    setTried(true);
    if (pipelineContent.safeParse(content).success) void submission.submit();
  }
  function move(from: number, by: -1 | 1): void {
    const moved = stages[from];
    const to = from + by;
    if (!moved || to < 0 || to >= stages.length) return;
    setStages(stages.toSpliced(from, 1).toSpliced(to, 0, moved));
  }
  return (
    <FormDialog title={title} action={action} submission={submission} onSubmit={onSubmit} onClose={onClose}>
      <TextField
        data-autofocus
        label={t('name')}
        maxLength={80}
        autoComplete="off"
        value={name}
        error={hasTried && name.trim() === '' ? t('nameMissing') : undefined}
        onChange={({ target }) => setName(target.value)}
      />
      <TextField
        label={t('description')}
        maxLength={300}
        autoComplete="off"
        value={description}
        onChange={({ target }) => setDescription(target.value)}
      />
      <ol ref={list} tabIndex={-1} className="mb-4 outline-none">
        {stages.map(({ key, stage }, index) => (
          <li key={key}>
            <StageFields
              stage={stage}
              number={index + 1}
              count={stages.length}
              scope={scope}
              hasTried={hasTried}
              onChange={(changed) => setStages(stages.with(index, { key, stage: changed }))}
              onMove={(by) => move(index, by)}
              onRemove={
                stages.length > fewest
                  ? () => {
                      setStages(stages.toSpliced(index, 1));
                      // The button that was pressed goes with its stage.
                      list.current?.focus();
                    }
                  : null
              }
            />
          </li>
        ))}
      </ol>
      {stages.length < most && (
        <Button
          className="mb-4"
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() => setStages([...stages, drafted(emptyStage)])}
        >
          {t('addStage')}
        </Button>
      )}
    </FormDialog>
  );
}
