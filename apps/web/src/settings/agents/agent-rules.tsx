import type { AgentContent } from '@atelier/contracts/agents';
import { type ApprovalAction, approvalAction } from '@atelier/contracts/approvals';
import { Button } from '@atelier/ui/button';
import { IconButton } from '@atelier/ui/icon-button';
import { Select } from '@atelier/ui/select';
import { Plus, X } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { LabelledInput } from '../labelled-input.tsx';

type Rules = AgentContent['rules'];

const most = 50;

/** What an agent may do without asking, and never: a row each. */
export function AgentRules({ rules, onChange }: { readonly rules: Rules; readonly onChange: (rules: Rules) => void }) {
  const { t } = useTranslation(['agents', 'approvals']);
  const list = useRef<HTMLFieldSetElement>(null);
  const change = (at: number, changed: Partial<Rules[number]>) =>
    onChange(rules.map((rule, index) => (index === at ? { ...rule, ...changed } : rule)));
  return (
    <fieldset ref={list} tabIndex={-1} className="mb-4 outline-none">
      <legend className="mb-1 font-medium">{t('rules')}</legend>
      <p className="mb-2 text-soft">{t('rulesHint')}</p>
      {rules.map((rule, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule that is being typed has no identity but its place
          key={index}
          className="mb-2 grid grid-cols-[104px_1fr_1.4fr_32px] items-end gap-2 max-sm:grid-cols-[1fr_1fr_32px] max-sm:border-b max-sm:border-line max-sm:pb-2"
        >
          <Select<ApprovalAction>
            label={t('approvals:add.action')}
            isLabelHidden={index > 0}
            value={rule.action}
            options={approvalAction.options.map((action) => [action, t(`approvals:action.${action}`)] as const)}
            onChange={(action) => change(index, { action })}
          />
          <LabelledInput
            label={t('approvals:add.tool')}
            maxLength={500}
            spellCheck={false}
            value={rule.tool}
            onText={(tool) => change(index, { tool })}
          />
          <LabelledInput
            label={t('approvals:add.pattern')}
            maxLength={500}
            spellCheck={false}
            value={rule.pattern}
            onText={(pattern) => change(index, { pattern })}
          />
          <IconButton
            label={t('ruleRemove', { number: index + 1 })}
            onClick={() => {
              onChange(rules.filter((_, other) => other !== index));
              // The button that was pressed goes with its row.
              list.current?.focus();
            }}
          >
            <X aria-hidden className="size-4" />
          </IconButton>
        </div>
      ))}
      {rules.length < most && (
        <Button
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() => onChange([...rules, { tool: 'run_command', pattern: '*', action: 'ask' }])}
        >
          {t('ruleAdd')}
        </Button>
      )}
    </fieldset>
  );
}
