import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { askBare } from '../clients/ask-bare.ts';
import { FollowedSession } from '../clients/followed-session.ts';
import { bareServer, load, type Times } from '../load.ts';
import { p50, p95 } from '../statistics.ts';
import { judge, ms } from '../table.ts';
import type { Measure } from './measure.ts';

const warmUps = 15;
const samples = 40;
const words = 6;
const script = `[[tokens ${words} @50/s]]`;

/** What we add to the time between sending and the first token, over the least that can stand there. */
export const firstToken: Measure = {
  name: 'first-token',
  async run(bench) {
    const alone = await measureAlone(bench);
    const { spread, burst } = (await load(bench)).firstToken;
    return [
      {
        measure: 'first token, alone, p50',
        ours: ms(p50(alone.ours)),
        bare: ms(p50(alone.bare)),
        ...judge({ figure: p50(alone.ours) - p50(alone.bare), limit: 10, unit: ' ms' }),
      },
      {
        measure: 'first token, 100 runs in a second, p95',
        ours: ms(p95(spread.ours)),
        bare: ms(p95(spread.bare)),
        ...judge({ figure: p95(spread.ours) - p95(spread.bare), limit: 40, unit: ' ms' }),
      },
      {
        measure: 'first token, 100 runs at once, p95',
        ours: ms(p95(burst.ours)),
        bare: ms(p95(burst.bare)),
        ...judge({ figure: p95(burst.ours) / p95(burst.bare), limit: 2, unit: '×' }),
      },
    ];
  },
};

async function measureAlone(bench: Bench): Promise<Times> {
  const { url } = await bareServer(bench);
  const client = await bench.client();
  const times: Times = { ours: [], bare: [] };
  for (let sample = -warmUps; sample < samples; sample += 1) {
    const session = await FollowedSession.open(client, await bench.sessionId());
    await sleep(30);
    const ours = await session.ask(script, words, { checksLog: true });
    await session.close();
    await sleep(30);
    const bare = await askBare(url, script, words);
    await sleep(30);
    if (sample < 0) continue;
    times.ours.push(ours.firstTokenMs);
    times.bare.push(bare.firstTokenMs);
  }
  await client.close();
  return times;
}
