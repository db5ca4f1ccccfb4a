import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../bench.ts';
import { p50 } from '../statistics.ts';
import { judge, round } from '../table.ts';
import { pssKib } from '../usage.ts';
import type { Measure } from './measure.ts';

const starts = 3;

/** A start on data that is there already, and what lies in memory when nobody asks for anything. */
export const start: Measure = {
  name: 'start',
  async run(bench) {
    await bench.account();
    const used = await memoryAtRest(await bench.server());
    const times: number[] = [];
    for (let count = 0; count < starts; count += 1) times.push((await bench.restart()).readyMs / 1000);
    const fresh = await memoryAtRest(await bench.server());
    return [
      {
        measure: `warm start to ready, median of ${starts}`,
        ours: times.map(round).join(', '),
        ...judge({ figure: p50(times), limit: 3, unit: ' s' }),
      },
      {
        measure: 'memory at rest, after a start',
        ours: fresh.text,
        ...judge({ figure: fresh.total, limit: 250, unit: ' MB' }),
      },
      {
        measure: 'memory at rest, after the measures before',
        ours: used.text,
        figure: `${round(used.total)} MB`,
        target: '-',
        isMet: null,
      },
    ];
  },
};

async function memoryAtRest(server: Server) {
  await sleep(3000);
  const [own, database] = await Promise.all([pssKib(server.child.pid), pssKib(server.database.pid)]);
  const text = `server ${round(own / 1024)} + database ${round(database / 1024)}`;
  return { text, total: (own + database) / 1024 };
}
