import { systemClock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { SpanRecorder, type SpanRecorderDeps } from './span-recorder.ts';
import type { SpanRow } from './span-row.ts';

const run = { id: newId(), sessionId: newId() };

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

function recorderWith(over: Partial<SpanRecorderDeps> = {}) {
  const batches: (readonly SpanRow[])[] = [];
  const warnings: string[] = [];
  const metrics = createMetrics();
  const recorder = new SpanRecorder({
    store: async (rows) => void batches.push(rows),
    exporter: null,
    recordsContent: false,
    clock: systemClock,
    log: { warn: (_fields: unknown, message?: string) => void warnings.push(message ?? '') },
    metrics,
    ...over,
  });
  const tracer = recorder.tracerOf(run);
  return {
    batches,
    warnings,
    recorder,
    tracer,
    /** This many spans that begin and end at once. */
    work: (count: number) => {
      for (let n = 0; n < count; n += 1) tracer.start('tool_call', `tool ${n}`).end();
    },
    dropped: async () => (await metrics.droppedSpans.get()).values.map(({ labels, value }) => [labels.reason, value]),
  };
}

/** As `pg` fails when PostgreSQL is away. */
const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });

test('spans are written together, half a second after the first has ended', async () => {
  const { batches, work } = recorderWith();

  work(3);
  await vi.advanceTimersByTimeAsync(499);
  expect(batches).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);

  expect(batches.map((rows) => rows.map(({ name }) => name))).toEqual([['tool 0', 'tool 1', 'tool 2']]);
});

test('they are written sooner when a run has ended, those of runs that end together at once', async () => {
  const { batches, recorder, work } = recorderWith();

  work(2);
  recorder.flushSoon();
  await vi.advanceTimersByTimeAsync(60);
  work(1);
  recorder.flushSoon();
  await vi.advanceTimersByTimeAsync(40);

  expect(batches.map(({ length }) => length)).toEqual([3]);
});

test('two hundred are written at once, and no more than that by one statement', async () => {
  const { batches, recorder, work } = recorderWith();

  work(450);
  await recorder.flush();

  expect(batches.map(({ length }) => length)).toEqual([200, 200, 50]);
});

test('a span says what it is part of, how it ended, and when it began', async () => {
  const { batches, recorder, tracer } = recorderWith();
  const [startedAt, endedAt] = [new Date(1000), new Date(61_000)];

  const turn = tracer.start('agent_turn', 'invoke_agent');
  turn.start('approval_wait', 'wait', { startedAt }).end({ endedAt });
  turn.start('llm_call', 'chat').end({ errorType: 'provider.overloaded' });
  turn.end({ errorType: 'cancelled' });
  turn.end();
  await recorder.flush();

  const [wait, call, whole] = batches.flat();
  expect(wait).toMatchObject({ runId: run.id, kind: 'approval_wait', startedAt, durationMs: 60_000, status: 'ok' });
  expect(call).toMatchObject({ status: 'error', attributes: { 'error.type': 'provider.overloaded' } });
  expect(whole).toMatchObject({
    parentId: null,
    status: 'cancelled',
    attributes: { 'gen_ai.conversation.id': run.sessionId },
  });
  expect([wait?.parentId, call?.parentId]).toEqual([whole?.id, whole?.id]);
  expect(batches.flat()).toHaveLength(3);
});

test('what was said is not even read unless it is recorded, and is cut and storable when it is', async () => {
  const read = vi.fn(() => ({ 'gen_ai.input.messages': `a\0b\ud83d${'x'.repeat(40_000)}` }));
  const quiet = recorderWith();
  quiet.tracer.start('llm_call', 'chat').content(read);
  expect(read).not.toHaveBeenCalled();

  const { batches, recorder, tracer } = recorderWith({ recordsContent: true });
  const span = tracer.start('llm_call', 'chat');
  span.content(read);
  span.end();
  await recorder.flush();

  const text = String(batches[0]?.[0]?.attributes['gen_ai.input.messages']);
  expect(text.startsWith('ab\ufffdxx')).toBe(true);
  expect(text.length).toBeLessThanOrEqual(32_000);
});

test('what ends while PostgreSQL is away is kept and written when it is back', async () => {
  let isAway = true;
  const stored: SpanRow[] = [];
  const store = async (rows: readonly SpanRow[]) => {
    if (isAway) throw away;
    stored.push(...rows);
  };
  const { work, dropped } = recorderWith({ store });

  work(250);
  await vi.advanceTimersByTimeAsync(2000);
  expect(stored).toEqual([]);
  isAway = false;
  await vi.advanceTimersByTimeAsync(500);

  expect(stored).toHaveLength(250);
  expect(await dropped()).toEqual([]);
});

test('the buffer is bounded: what does not fit is lost and counted', async () => {
  const { work, recorder, dropped } = recorderWith({ store: () => Promise.reject(away) });

  work(10_020);
  await recorder.flush();
  expect(await dropped()).toEqual([['full', 20]]);

  await recorder.stop();
  expect(await dropped()).toEqual([
    ['full', 20],
    ['stopped', 10_000],
  ]);
});

test('a batch that the store refuses is given up, counted and told once, and the next is written', async () => {
  const store = vi.fn(async () => undefined).mockRejectedValueOnce(new Error('a bug of ours'));
  const { work, recorder, dropped, warnings } = recorderWith({ store });

  work(201);
  await recorder.flush();

  expect(store).toHaveBeenCalledTimes(2);
  expect(await dropped()).toEqual([['refused', 200]]);
  expect(warnings).toEqual(['spans could not be stored; they are lost']);
});
