import type { ApprovalAction } from '@atelier/contracts/approvals';
import { Button } from '@atelier/ui/button';
import { useTranslation } from 'react-i18next';

export interface RuleDraft {
  readonly tool: string;
  readonly pattern: string;
  readonly action: ApprovalAction;
}

const examples = [
  { tool: 'run_command', pattern: 'npm test*', action: 'allow' },
  { tool: 'git', pattern: 'git push*', action: 'ask' },
  { tool: 'write_file', pattern: '.env*', action: 'deny' },
] as const satisfies readonly RuleDraft[];

/** Rules as people make them: one fills the form, and may be changed before it is added. */
export function RuleExamples({ onChoose }: { readonly onChoose: (example: RuleDraft) => void }) {
  const { t } = useTranslation('approvals');
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <span className="text-soft">{t('add.examples')}</span>
      {examples.map((example) => (
        <Button key={example.action} onClick={() => onChoose(example)}>
          {t(`example.${example.action}`)}
        </Button>
      ))}
    </div>
  );
}
