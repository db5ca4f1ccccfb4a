import type { SpanDto, TraceTotals } from '@atelier/contracts/traces';

/** What the spans of a run come to. Tokens and money are those of its model calls: a run's other spans hold them, too. */
export function totalsOf(spans: readonly SpanDto[]): TraceTotals {
  const calls = spans.filter(({ kind }) => kind === 'llm_call');
  const begins = Math.min(...spans.map(beginning));
  const ends = Math.max(...spans.map((span) => beginning(span) + span.durationMs));
  const costs = calls.map((call) => numberOf(call, 'atelier.cost_microdollars')).filter((cost) => cost !== null);
  return {
    durationMs: spans.length === 0 ? 0 : ends - begins,
    timeToFirstTokenMs: firstTokenOf(calls, begins),
    tokensPerSecond: speedOf(calls),
    inputTokens: sum(calls, 'gen_ai.usage.input_tokens'),
    outputTokens: sum(calls, 'gen_ai.usage.output_tokens'),
    cost: costs.length === 0 ? null : costs.reduce((total, cost) => total + cost, 0),
    attempts: calls.length,
    failedAttempts: calls.filter(({ status }) => status === 'error').length,
  };
}

function firstTokenOf(calls: readonly SpanDto[], begins: number): number | null {
  const times = calls.flatMap((call) => {
    const first = numberOf(call, 'atelier.time_to_first_token_ms');
    return first === null ? [] : [beginning(call) + first - begins];
  });
  return times.length === 0 ? null : Math.max(0, Math.min(...times));
}

/** Calls that sent all at once say nothing of how fast they write. */
function speedOf(calls: readonly SpanDto[]): number | null {
  let tokens = 0;
  let writingMs = 0;
  for (const call of calls) {
    const output = numberOf(call, 'gen_ai.usage.output_tokens');
    const first = numberOf(call, 'atelier.time_to_first_token_ms');
    if (output === null || first === null || call.durationMs - first < 1) continue;
    tokens += output;
    writingMs += call.durationMs - first;
  }
  return writingMs === 0 ? null : (tokens * 1000) / writingMs;
}

function beginning({ startedAt }: SpanDto): number {
  return Date.parse(startedAt);
}

function sum(spans: readonly SpanDto[], attribute: string): number {
  return spans.reduce((total, span) => total + (numberOf(span, attribute) ?? 0), 0);
}

function numberOf({ attributes }: SpanDto, name: string): number | null {
  const value = attributes[name];
  return typeof value === 'number' ? value : null;
}
