import { sessionId as toSessionId } from '@atelier/contracts/ids';
import type { Bench } from '../bench.ts';
import { askAgent, readingSteps, sessionWithFile } from '../clients/agent-runs.ts';
import { p50 } from '../statistics.ts';
import { judge, ms } from '../table.ts';
import type { Measure } from './measure.ts';

/** One under the limit of a run's model calls: the last one says that it is done. */
const steps = 199;
const compared = 20;
const rounds = 3;

/**
 * Whether a step costs more the longer its run has been going. A prompt grows with its run, and costs what it costs: so the
 * last steps are held against the first of the next run in the same conversation, whose prompts are as long, and longer.
 */
export const longRun: Measure = {
  name: 'long-run',
  async run(bench) {
    const found: { first: number; last: number; next: number }[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const id = await sessionWithFile(bench);
      await askAgent(bench, id, readingSteps(steps));
      const times = await stepTimes(bench, id);
      await askAgent(bench, id, readingSteps(compared));
      const next = await stepTimes(bench, id);
      // The first warms up.
      if (round > 0) {
        found.push({ first: mean(times.slice(0, compared)), last: mean(times.slice(-compared)), next: mean(next) });
      }
    }
    const of = (name: 'first' | 'last' | 'next') => p50(found.map((figures) => figures[name]));
    return [
      {
        measure: `a step, the last ${compared} of 200 over ${compared} first ones with the same prompt`,
        ours: `${ms(of('last'))} over ${ms(of('next'))}`,
        ...judge({ figure: of('last') / of('next'), limit: 1.2, unit: '×' }),
      },
      {
        measure: '… over its own first ones, whose prompts are short',
        ours: `${ms(of('last'))} over ${ms(of('first'))}`,
        figure: `${(of('last') / of('first')).toFixed(2)}×`,
        target: '-',
        isMet: null,
      },
    ];
  },
};

/** From each call to the next in the latest answer: one model call, one tool, and all that is kept of them. */
async function stepTimes(bench: Bench, id: string): Promise<readonly number[]> {
  const client = await bench.once('agent-runs', () => bench.client());
  const { messages } = await client.api.sessions.open.query({ sessionId: toSessionId.parse(id) });
  const calls = (messages.at(-1)?.parts ?? []).filter((part) => part.type === 'tool');
  const startedAt = calls.map((call) => Date.parse(call.startedAt ?? ''));
  const times = startedAt.slice(1).map((time, index) => time - (startedAt[index] ?? 0));
  if (times.length < compared - 1 || times.some(Number.isNaN)) throw new Error('Not all of its calls were made.');
  return times;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
