import type { RunDto } from '@atelier/contracts/runs';
import { useTranslation } from 'react-i18next';
import { formatDuration, formatExactTime } from '../platform/format.ts';
import { formatCost } from '../traces/format-amounts.ts';

/** Who answered, in what time, with how many tokens, and for how much, with everything that failed on the way. */
export function RunFigures({ run }: { readonly run: RunDto }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const { model, usage, startedAt, finishedAt } = run;
  const tokens = usage.inputTokens + usage.outputTokens;
  const figures = [
    model,
    startedAt && finishedAt ? formatDuration(Date.parse(finishedAt) - Date.parse(startedAt), language) : null,
    tokens > 0 ? t('chat.tokens', { count: tokens }) : null,
    tokens === 0 ? null : usage.cost === undefined ? t('chat.noPrice') : formatCost(usage.cost, language),
  ];
  return (
    <span
      className="ml-1 min-w-0 tabular-nums opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 max-sm:ml-0 max-sm:basis-full max-sm:opacity-100 pointer-coarse:opacity-100"
      title={finishedAt ? formatExactTime(finishedAt, language) : undefined}
    >
      {figures.filter(Boolean).join(' · ')}
    </span>
  );
}
