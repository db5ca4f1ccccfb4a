import type { SpanDto } from '@atelier/contracts/traces';
import { expect, test } from 'vitest';
import { layOutSpans } from './lay-out-spans.ts';

function span(id: string, parentId: string | null, at: number, durationMs: number): SpanDto {
  const startedAt = new Date(at).toISOString();
  return { id, parentId, kind: 'tool_call', name: id, startedAt, durationMs, status: 'ok', attributes: {} };
}

test('what is part of another stands below it, each by its beginning', () => {
  const spans = [
    span('turn', null, 1000, 500),
    span('second', 'turn', 1200, 100),
    span('first', 'turn', 1000, 100),
    span('inner', 'first', 1010, 50),
    span('later', null, 9000, 250),
  ];

  const { rows, durationMs } = layOutSpans(spans);

  expect(rows.map(({ span, depth, offsetMs }) => [span.id, depth, offsetMs])).toEqual([
    ['turn', 0, 0],
    ['first', 1, 0],
    ['inner', 2, 10],
    ['second', 1, 200],
    ['later', 0, 8000],
  ]);
  expect(durationMs).toBe(8250);
});

test('what is part of a turn that has not ended stands at the edge', () => {
  expect(layOutSpans([span('call', 'turn', 1000, 10)]).rows).toMatchObject([{ depth: 0, offsetMs: 0 }]);
});

test('a run without spans has no rows', () => {
  expect(layOutSpans([])).toEqual({ rows: [], durationMs: 0 });
});
