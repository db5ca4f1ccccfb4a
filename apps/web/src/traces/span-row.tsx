import type { ToolPart } from '@atelier/contracts/parts';
import type { SpanDto } from '@atelier/contracts/traces';
import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ToolDetails } from '../conversation/tool-details.tsx';
import { Facts } from '../settings/facts.tsx';
import { formatSpan } from './format-amounts.ts';
import type { LaidOutSpan } from './lay-out-spans.ts';

const fills: Readonly<Record<SpanDto['kind'], string>> = {
  agent_turn: 'fill-line-strong',
  llm_call: 'fill-accent',
  tool_call: 'fill-good',
  sandbox: 'fill-good',
  retry: 'fill-warn',
  fallback: 'fill-warn',
  approval_wait: 'fill-faint',
};
/** Deeper ones are set in no further: their bars would have no room. */
const indents = ['', 'pl-4', 'pl-8'] as const;

interface SpanRowProps {
  readonly row: LaidOutSpan;
  readonly wholeMs: number;
  /** The call it is about. */
  readonly tool: ToolPart | null;
}

/** One bar; what is known of it opens below. */
export function SpanRow({ row, wholeMs, tool }: SpanRowProps) {
  const { t, i18n } = useTranslation('traces');
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const { span, depth, offsetMs } = row;
  const duration = formatSpan(span.durationMs, i18n.language);
  const isBad = span.status === 'error';
  return (
    <li className="border-b border-line">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className="tap grid min-h-9 w-full grid-cols-[minmax(0,260px)_minmax(0,1fr)_72px] items-center gap-x-3 px-1 py-1.5 text-left hover:bg-hover max-sm:grid-cols-[minmax(0,1fr)_auto]"
      >
        <span className={clsx('flex min-w-0 items-center gap-1.5', indents[Math.min(depth, indents.length - 1)])}>
          <ChevronRight aria-hidden className={clsx('size-3.5 flex-none text-faint', isOpen && 'rotate-90')} />
          <span className="flex-none text-1 text-faint">{t(`kind.${span.kind}`)}</span>
          <span className="truncate">{nameOf(span)}</span>
        </span>
        <Bar
          offset={offsetMs / wholeMs}
          length={span.durationMs / wholeMs}
          fill={isBad ? 'fill-bad' : fills[span.kind]}
        />
        <span className="text-right text-1 text-soft tabular-nums max-sm:row-start-1 max-sm:col-start-2">
          {duration}
          <span className="unseen">
            {`, ${t('at', { time: formatSpan(offsetMs, i18n.language) })}, ${t(`status.${span.status}`)}`}
          </span>
        </span>
      </button>
      <div id={id} hidden={!isOpen} className="pt-1 pb-3 pl-6">
        {isOpen && (
          <>
            <Facts
              rows={[
                [t('total.duration'), `${duration}, ${t('at', { time: formatSpan(offsetMs, i18n.language) })}`],
                ...Object.entries(span.attributes).map(([name, value]) => [name, String(value)] as const),
              ]}
            />
            {tool && (
              <div className="mt-3 overflow-hidden rounded-2 border border-line">
                <ToolDetails tool={tool} />
              </div>
            )}
          </>
        )}
      </div>
    </li>
  );
}

/** For eyes only: the numbers stand beside it. A bar too short to be seen is two pixels long. */
function Bar({ offset, length, fill }: { readonly offset: number; readonly length: number; readonly fill: string }) {
  const percent = (part: number) => `${Number.isFinite(part) ? Math.min(100, Math.max(0, 100 * part)) : 0}%`;
  return (
    <svg aria-hidden className="block h-2.5 w-full overflow-visible max-sm:col-span-2">
      <rect width="100%" height="100%" rx="2" className="fill-sunken" />
      <rect x={percent(Math.min(offset, 0.995))} width="2" height="100%" className={fill} />
      <rect x={percent(offset)} width={percent(length)} height="100%" rx="2" className={fill} />
    </svg>
  );
}

/** Which model or tool; its kind says the rest. */
function nameOf({ name, attributes }: SpanDto): string {
  const named = attributes['gen_ai.tool.name'] ?? attributes['atelier.model.label'];
  return named === undefined ? name : String(named);
}
