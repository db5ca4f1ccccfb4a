import type { SpanDto } from '@atelier/contracts/traces';

export interface LaidOutSpan {
  readonly span: SpanDto;
  /** How many spans it is part of that are shown. */
  readonly depth: number;
  readonly offsetMs: number;
}

export interface Waterfall {
  /** What is part of another stands below it, each by its beginning. */
  readonly rows: readonly LaidOutSpan[];
  readonly durationMs: number;
}

/** Spans as the rows of a waterfall. One whose own whole has not ended yet stands at the edge. */
export function layOutSpans(spans: readonly SpanDto[]): Waterfall {
  if (spans.length === 0) return { rows: [], durationMs: 0 };
  const begins = Math.min(...spans.map(beginning));
  const known = new Set(spans.map(({ id }) => id));
  const parts = Map.groupBy(spans, ({ parentId }) => (parentId !== null && known.has(parentId) ? parentId : null));
  const rowsBelow = (parentId: string | null, depth: number): readonly LaidOutSpan[] =>
    (parts.get(parentId) ?? [])
      .toSorted((a, b) => beginning(a) - beginning(b))
      .flatMap((span) => [{ span, depth, offsetMs: beginning(span) - begins }, ...rowsBelow(span.id, depth + 1)]);
  const ends = Math.max(...spans.map((span) => beginning(span) + span.durationMs));
  return { rows: rowsBelow(null, 0), durationMs: ends - begins };
}

function beginning({ startedAt }: SpanDto): number {
  return Date.parse(startedAt);
}
