import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { subscribeAll } from '../clients/subscribe-all.ts';
import { judge, round } from '../table.ts';
import { pssKib } from '../usage.ts';
import type { Measure } from './measure.ts';

const sockets = 1000;
const sessions = 100;

/** What a reader costs who only waits: a thousand subscribed sockets over a hundred sessions, on a fresh process. */
export const idleSockets: Measure = {
  name: 'idle-sockets',
  async run(bench) {
    await bench.account();
    const { child: server } = await bench.restart();
    const sessionIds = await Promise.all(Array.from({ length: sessions }, () => bench.sessionId()));
    // The first sockets compile code and grow the heap once: that is not what one more socket costs.
    const warmUp = await open(bench, sessionIds, 200);
    await warmUp.stop();
    await sleep(3000);
    const before = await pssKib(server.pid);
    const child = await open(bench, sessionIds, sockets);
    await sleep(4000);
    const after = await pssKib(server.pid);
    await child.stop();
    return [
      {
        measure: 'memory of an idle subscribed socket',
        ours: `${round(before / 1024)} MB, with 1,000: ${round(after / 1024)} MB`,
        ...judge({ figure: (after - before) / sockets, limit: 60, unit: ' KiB' }),
      },
    ];
  },
};

async function open(bench: Bench, sessionIds: readonly string[], count: number) {
  const child = bench.start('src/clients/subscribers.ts');
  await subscribeAll(bench, child, { sessionIds, sockets: count, tokens: 1 });
  return child;
}
