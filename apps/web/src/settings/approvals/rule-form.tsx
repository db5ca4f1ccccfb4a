import { type ApprovalAction, approvalAction, approvalRuleInput } from '@atelier/contracts/approvals';
import { Button } from '@atelier/ui/button';
import { Select } from '@atelier/ui/select';
import { Spinner } from '@atelier/ui/spinner';
import { TextField } from '@atelier/ui/text-field';
import { type FormEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RefusalNote } from '../../auth/refusal-note.tsx';
import { useSubmit } from '../../auth/use-submit.ts';
import { showToast } from '../../shell/toast-store.ts';
import { type RuleDraft, RuleExamples } from './rule-examples.tsx';
import { type RuleOwner, usePutRule } from './use-rules.ts';

/** Offered while a tool's name is typed; others may be typed as well. */
const tools = [
  'run_command',
  'git',
  'start_process',
  'write_file',
  'edit_file',
  'multi_edit',
  'apply_patch',
  'read_file',
  'list_files',
  'web_fetch',
  'mcp__*',
  '*',
] as const;
const nothing: RuleDraft = { tool: 'run_command', pattern: '', action: 'allow' };

/** Which calls a new rule is for, and what happens with them. */
export function RuleForm({ owner }: { readonly owner: RuleOwner }) {
  const { t } = useTranslation('approvals');
  const id = useId();
  const fields = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(nothing);
  const [hasTried, setTried] = useState(false);
  const put = usePutRule(owner);
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    await put.mutateAsync(draft);
    showToast({ text: t('add.added') });
    setDraft(nothing);
    setTried(false);
    focusPattern();
  });
  const focusPattern = () => fields.current?.querySelector<HTMLInputElement>('[name=pattern]')?.focus();

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (approvalRuleInput.safeParse(draft).success) void submit();
  }
  return (
    <form
      ref={fields}
      noValidate
      aria-labelledby={`${id}-title`}
      onSubmit={onSubmit}
      className="rounded-3 border border-line bg-raised p-4"
    >
      <h3 id={`${id}-title`} className="mb-2 font-semibold">
        {t('add.title')}
      </h3>
      <RuleExamples
        onChoose={(example) => {
          setDraft(example);
          focusPattern();
        }}
      />
      <div className="grid grid-cols-[1fr_1.5fr_128px] gap-x-3 max-sm:grid-cols-1">
        <TextField
          label={t('add.tool')}
          list={`${id}-tools`}
          maxLength={500}
          autoComplete="off"
          spellCheck={false}
          value={draft.tool}
          hint={t('add.toolHint')}
          error={hasTried && draft.tool.trim() === '' ? t('add.toolMissing') : undefined}
          onChange={({ target }) => setDraft({ ...draft, tool: target.value })}
        />
        <datalist id={`${id}-tools`}>
          {tools.map((tool) => (
            <option key={tool} value={tool} />
          ))}
        </datalist>
        <TextField
          label={t('add.pattern')}
          name="pattern"
          maxLength={500}
          autoComplete="off"
          spellCheck={false}
          value={draft.pattern}
          hint={t('add.patternHint')}
          error={hasTried && draft.pattern.trim() === '' ? t('add.missing') : undefined}
          onChange={({ target }) => setDraft({ ...draft, pattern: target.value })}
        />
        <Select<ApprovalAction>
          label={t('add.action')}
          size="form"
          className="mb-3"
          value={draft.action}
          options={approvalAction.options.map((action) => [action, t(`action.${action}`)] as const)}
          onChange={(action) => setDraft({ ...draft, action })}
        />
      </div>
      <p role="status" className="mb-3 text-soft">
        {t(`says.${draft.action}`)}
      </p>
      <RefusalNote refusal={refusal} />
      <Button type="submit" look="primary" disabled={isBusy || isWaiting} icon={isBusy && <Spinner />}>
        {t('add.submit')}
      </Button>
    </form>
  );
}
