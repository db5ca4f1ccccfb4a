import type { ToolPart } from '@atelier/contracts/parts';
import { Button } from '@atelier/ui/button';
import { ShieldQuestion } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { visibleText } from '../platform/visible-text.ts';
import { ApprovalArguments } from './approval-arguments.tsx';

interface ApprovalCardProps {
  readonly tool: ToolPart;
  readonly reason: string;
  readonly isBusy: boolean;
  readonly onApprove: (inputText: string, isForSession: boolean) => void;
  readonly onDeny: (reason: string) => void;
}

/** Asks for leave: for exactly the arguments that are shown, or as they are changed here. */
export function ApprovalCard({ tool, reason, isBusy, onApprove, onDeny }: ApprovalCardProps) {
  const { t } = useTranslation();
  const headingId = useId();
  const [edited, setEdited] = useState<string | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const inputText = edited ?? tool.inputText;
  const isWrong = edited !== null && !isObject(edited);
  return (
    <section
      aria-labelledby={headingId}
      className="overflow-hidden rounded-3 border border-warn bg-raised text-2 shadow-[0_1px_2px_oklch(0_0_0/6%)]"
    >
      <header className="flex items-start gap-2 px-3 pt-2.5 pb-1">
        <ShieldQuestion aria-hidden className="mt-0.5 size-4 flex-none text-warn" />
        <div className="min-w-0 flex-1">
          <h2 id={headingId} className="font-semibold break-words">
            {t('approval.title', { title: visibleText(tool.title) })}
          </h2>
          <p className="text-soft">{reason}</p>
        </div>
        <code className="flex-none font-mono text-1 text-faint">{tool.name}</code>
      </header>
      <ApprovalArguments inputText={tool.inputText} edited={edited} isWrong={isWrong} onEdit={setEdited} />
      {why === null ? (
        <div className="flex flex-wrap items-center gap-2 px-3 pt-1 pb-3">
          <Button look="primary" disabled={isBusy || isWrong} onClick={() => onApprove(inputText, false)}>
            {edited === null ? t('approval.approve') : t('approval.approveEdited')}
          </Button>
          {edited === null && (
            <Button disabled={isBusy} onClick={() => onApprove(inputText, true)}>
              {t('approval.forSession')}
            </Button>
          )}
          <Button disabled={isBusy} onClick={() => setEdited(edited === null ? pretty(tool.inputText) : null)}>
            {edited === null ? t('approval.edit') : t('approval.undoEdit')}
          </Button>
          <Button look="danger" className="ml-auto" disabled={isBusy} onClick={() => setWhy('')}>
            {t('approval.deny')}
          </Button>
        </div>
      ) : (
        <form
          className="flex flex-wrap items-center gap-2 px-3 pt-1 pb-3"
          onSubmit={(event) => {
            event.preventDefault();
            onDeny(why);
          }}
        >
          <input
            // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was just pressed
            autoFocus
            aria-label={t('approval.reason')}
            placeholder={t('approval.reason')}
            value={why}
            maxLength={2000}
            onChange={(event) => setWhy(event.target.value)}
            className="h-8 min-w-40 flex-1 max-sm:basis-full rounded-2 border border-line-strong bg-raised px-2 focus:border-accent focus:outline-none max-sm:text-[16px]"
          />
          <Button type="submit" look="danger" disabled={isBusy}>
            {t('approval.deny')}
          </Button>
          <Button look="ghost" disabled={isBusy} onClick={() => setWhy(null)}>
            {t('common.cancel')}
          </Button>
        </form>
      )}
    </section>
  );
}

function pretty(inputText: string): string {
  try {
    return JSON.stringify(JSON.parse(inputText), null, 2);
  } catch {
    return inputText;
  }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
