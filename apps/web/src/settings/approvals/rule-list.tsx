import type { ApprovalRuleDto } from '@atelier/contracts/approvals';
import { Button } from '@atelier/ui/button';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Row, RowList } from '../row-list.tsx';
import { ActionBadge } from './action-badge.tsx';
import { type RuleOwner, useRemoveRule } from './use-rules.ts';

interface RuleListProps {
  readonly label: string;
  readonly rules: readonly ApprovalRuleDto[];
  readonly owner: RuleOwner;
  /** Said where there is none. */
  readonly none: string;
  readonly isChangeable: boolean;
}

/** Rules below each other: what for, what happens, and who made it apply. */
export function RuleList({ label, rules, owner, none, isChangeable }: RuleListProps) {
  const { t } = useTranslation('approvals');
  const remove = useRemoveRule(owner);
  const list = useRef<HTMLDivElement>(null);
  function onRemove(rule: ApprovalRuleDto): void {
    remove(rule);
    // The button that was pressed goes with its row.
    list.current?.focus();
  }
  return (
    <div ref={list} tabIndex={-1} className="mb-4 outline-none">
      {rules.length === 0 && <p className="py-1 text-faint">{none}</p>}
      {rules.length > 0 && (
        <RowList label={label}>
          {rules.map((rule) => (
            <Row
              key={rule.id}
              title={
                <code className="font-mono text-1 break-all">
                  <span className="text-soft">{rule.tool}:</span> {rule.pattern}
                </code>
              }
              marks={<ActionBadge action={rule.action} />}
              facts={`${t(`by.${owner}`)} · ${t(`says.${rule.action}`)}`}
              actions={
                isChangeable && (
                  <Button
                    look="danger"
                    aria-label={t('removeOf', { tool: rule.tool, pattern: rule.pattern })}
                    onClick={() => onRemove(rule)}
                  >
                    {t('remove')}
                  </Button>
                )
              }
            />
          ))}
        </RowList>
      )}
    </div>
  );
}
