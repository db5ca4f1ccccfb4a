import { type AgentContent, type AgentScope, agentContent } from '@atelier/contracts/agents';
import { TextArea } from '@atelier/ui/text-area';
import { TextField } from '@atelier/ui/text-field';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSubmit } from '../../auth/use-submit.ts';
import { showToast } from '../../shell/toast-store.ts';
import { FormDialog } from '../form-dialog.tsx';
import { AgentModelField } from './agent-model-field.tsx';
import { AgentRules } from './agent-rules.tsx';
import { AgentTools } from './agent-tools.tsx';

const empty: AgentContent = { name: '', description: '', instructions: '', model: null, tools: null, rules: [] };

interface AgentDialogProps {
  readonly scope: AgentScope;
  readonly title: string;
  readonly action: string;
  /** Null: a new one. */
  readonly saved: AgentContent | null;
  readonly onSave: (content: AgentContent) => Promise<void>;
  readonly onClose: () => void;
}

/** All that an agent is. */
export function AgentDialog({ scope, title, action, saved, onSave, onClose }: AgentDialogProps) {
  const { t } = useTranslation('agents');
  const [content, setContent] = useState(saved ?? empty);
  const [hasTried, setTried] = useState(false);
  const change = (changed: Partial<AgentContent>) => setContent({ ...content, ...changed });
  const submission = useSubmit(async () => {
    await onSave(content);
    showToast({ text: t('saved') });
    onClose();
  });

  function onSubmit(): void {
    setTried(true);
    if (agentContent.safeParse(content).success) void submission.submit();
  }
  return (
    <FormDialog title={title} action={action} submission={submission} onSubmit={onSubmit} onClose={onClose}>
      <TextField
        data-autofocus
        label={t('name')}
        maxLength={80}
        autoComplete="off"
        value={content.name}
        error={hasTried && content.name.trim() === '' ? t('nameMissing') : undefined}
        onChange={({ target }) => change({ name: target.value })}
      />
      <TextField
        label={t('description')}
        maxLength={300}
        autoComplete="off"
        value={content.description}
        hint={t('descriptionHint')}
        onChange={({ target }) => change({ description: target.value })}
      />
      <TextArea
        label={t('instructions')}
        rows={7}
        maxLength={20_000}
        value={content.instructions}
        hint={t('instructionsHint')}
        onChange={({ target }) => change({ instructions: target.value })}
      />
      <AgentModelField model={content.model} onChange={(model) => change({ model })} />
      <AgentTools scope={scope} chosen={content.tools} onChange={(tools) => change({ tools })} />
      <AgentRules rules={content.rules} onChange={(rules) => change({ rules })} />
    </FormDialog>
  );
}
