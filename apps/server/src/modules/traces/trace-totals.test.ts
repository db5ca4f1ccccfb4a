import type { SpanDto } from '@atelier/contracts/traces';
import { newId } from '@atelier/kernel/ids';
import { expect, test } from 'vitest';
import { totalsOf } from './trace-totals.ts';

function span(over: Partial<SpanDto> & { readonly at: number }): SpanDto {
  const { at, ...rest } = over;
  const startedAt = new Date(at).toISOString();
  return {
    id: newId(),
    parentId: null,
    kind: 'llm_call',
    name: '',
    startedAt,
    durationMs: 0,
    status: 'ok',
    attributes: {},
    ...rest,
  };
}

test('a run without spans comes to nothing', () => {
  expect(totalsOf([])).toEqual({
    durationMs: 0,
    timeToFirstTokenMs: null,
    tokensPerSecond: null,
    inputTokens: 0,
    outputTokens: 0,
    cost: null,
    attempts: 0,
    failedAttempts: 0,
  });
});

test('time runs from the first beginning to the last end; tokens and money are those of the model calls', () => {
  const usage = (input: number, output: number, more = {}) => ({
    'gen_ai.usage.input_tokens': input,
    'gen_ai.usage.output_tokens': output,
    ...more,
  });
  const totals = totalsOf([
    span({ at: 1000, kind: 'agent_turn', durationMs: 5000, attributes: usage(999, 999) }),
    span({ at: 1100, durationMs: 50, status: 'error' }),
    span({
      at: 2000,
      durationMs: 1500,
      attributes: usage(100, 50, { 'atelier.time_to_first_token_ms': 500, 'atelier.cost_microdollars': 30 }),
    }),
    span({ at: 4000, durationMs: 1000, attributes: usage(200, 150, { 'atelier.time_to_first_token_ms': 0 }) }),
  ]);

  expect(totals).toEqual({
    durationMs: 5000,
    timeToFirstTokenMs: 1500,
    // 200 tokens in the two seconds in which they were written.
    tokensPerSecond: 100,
    inputTokens: 300,
    outputTokens: 200,
    cost: 30,
    attempts: 3,
    failedAttempts: 1,
  });
});
