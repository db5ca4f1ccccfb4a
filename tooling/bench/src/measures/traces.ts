import { setTimeout as sleep } from 'node:timers/promises';
import { runId as toRunId } from '@atelier/contracts/ids';
import type { TraceDto } from '@atelier/contracts/traces';
import pg from 'pg';
import { SpanRecorder } from '../../../../apps/server/src/modules/traces/span-recorder.ts';
import { SpansRepository } from '../../../../apps/server/src/modules/traces/spans.repository.ts';
import { createMetrics } from '../../../../apps/server/src/platform/telemetry/metrics.ts';
import type { Bench } from '../bench.ts';
import { askAgent, readingSteps, sessionWithFile } from '../clients/agent-runs.ts';
import { judge, ms } from '../table.ts';
import { cpuSeconds } from '../usage.ts';
import type { Measure } from './measure.ts';

const steps = 100;
const runs = 5;
/** What a run of steps this short ends within the half second after which spans are written. */
const spansAtOnce = 100;
/** So that the hundredths of a second in which processor time is told are small against it. */
const replays = 60;

/** What writing the spans of a run takes of all the processor time that the run takes, with a model that costs us none. */
export const traces: Measure = {
  name: 'traces',
  async run(bench) {
    const { runSeconds, trace } = await takeRuns(bench);
    const writeSeconds = await writeAgain(bench, trace);
    return [
      {
        measure: `writing the ${trace.spans.length} spans of a run of ${steps} steps, of its processor time`,
        ours: `${ms(writeSeconds * 1000)} of ${ms(runSeconds * 1000)}`,
        ...judge({ figure: (writeSeconds / runSeconds) * 100, limit: 5, unit: ' %' }),
      },
    ];
  },
};

async function takeRuns(bench: Bench): Promise<{ readonly runSeconds: number; readonly trace: TraceDto }> {
  const { child, database } = await bench.server();
  const used = async () => (await cpuSeconds(child.pid)) + (await cpuSeconds(database.pid));
  await askAgent(bench, await sessionWithFile(bench), readingSteps(steps));
  const sessions = await Promise.all(Array.from({ length: runs }, () => sessionWithFile(bench)));
  const before = await used();
  let runId = '';
  for (const session of sessions) runId = await askAgent(bench, session, readingSteps(steps));
  const runSeconds = ((await used()) - before) / runs;
  return { runSeconds, trace: await wholeTrace(bench, runId) };
}

/** The turn's span is the last to end. */
async function wholeTrace(bench: Bench, runId: string): Promise<TraceDto> {
  const client = await bench.once('agent-runs', () => bench.client());
  for (let tries = 0; tries < 50; tries += 1) {
    const trace = await client.api.traces.ofRun.query({ runId: toRunId.parse(runId) });
    if (trace.spans.some(({ kind }) => kind === 'agent_turn')) return trace;
    await sleep(100);
  }
  throw new Error('The run left no whole trace.');
}

/** Processor time, here and in PostgreSQL, of recording and storing the same spans; of one run. */
async function writeAgain(bench: Bench, { runId, spans }: TraceDto): Promise<number> {
  const { database } = await bench.server();
  const db = new pg.Client({ host: database.socket, user: 'postgres', database: 'postgres' });
  await db.connect();
  try {
    const query = async (_op: unknown, text: string, values: readonly unknown[] = []) =>
      (await db.query({ name: 'spans', text, values: [...values] })).rows;
    const rows = new SpansRepository({ query });
    const recorder = new SpanRecorder({
      store: async (batch) => await rows.insert({ principal: { kind: 'system' } }, batch),
      exporter: null,
      recordsContent: false,
      clock: { now: () => new Date(), sleep: async () => undefined },
      log: { warn: (fields: object) => console.error(fields) },
      metrics: createMetrics(),
    });
    const tracer = recorder.tracerOf({ id: runId, sessionId: runId });
    const write = async () => {
      for (const [index, { kind, name, attributes }] of spans.entries()) {
        tracer.start(kind, name, { attributes }).end();
        if (index % spansAtOnce === spansAtOnce - 1) await recorder.flush();
      }
      await recorder.flush();
    };
    for (let n = 0; n < 5; n += 1) await write();
    const used = async () => (await cpuSeconds(process.pid)) + (await cpuSeconds(database.pid));
    const before = await used();
    for (let n = 0; n < replays; n += 1) await write();
    return ((await used()) - before) / replays;
  } finally {
    await db.end();
  }
}
