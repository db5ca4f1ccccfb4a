import type { Part, ToolPart } from '@atelier/contracts/parts';
import type { SpanDto } from '@atelier/contracts/traces';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { layOutSpans } from './lay-out-spans.ts';
import { SpanRow } from './span-row.tsx';

interface WaterfallListProps {
  readonly spans: readonly SpanDto[];
  readonly parts: readonly Part[];
}

/** One bar a span, as long as it took, where it began. */
export function WaterfallList({ spans, parts }: WaterfallListProps) {
  const { t } = useTranslation('traces');
  const { rows, durationMs } = useMemo(() => layOutSpans(spans), [spans]);
  if (rows.length === 0) return null;
  return (
    <ol aria-label={t('timeline')} className="border-t border-line">
      {rows.map((row) => (
        <SpanRow key={row.span.id} row={row} wholeMs={durationMs} tool={toolOf(row.span, parts)} />
      ))}
    </ol>
  );
}

/** The call that a span is about, as the transcript has it. */
function toolOf({ kind, attributes }: SpanDto, parts: readonly Part[]): ToolPart | null {
  if (kind !== 'tool_call') return null;
  const callId = attributes['gen_ai.tool.call.id'];
  return parts.find((part): part is ToolPart => part.type === 'tool' && part.callId === callId) ?? null;
}
