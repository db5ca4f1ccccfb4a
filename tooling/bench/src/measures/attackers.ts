import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { readAlong } from '../clients/bystander.ts';
import { at, textAt } from '../fields.ts';
import { p50, p99 } from '../statistics.ts';
import { judge, ms, round } from '../table.ts';
import { cpuSeconds } from '../usage.ts';
import type { Measure } from './measure.ts';

const warmUpWords = 50;
const words = 500;

/** How long a bystander waits for each word while others try to break in or to break down. */
export const attackers: Measure = {
  name: 'attackers',
  async run(parent) {
    await using bench = await parent.limited();
    const client = await bench.client();
    await readAlong(client, await bench.sessionId(), warmUpWords);
    const alone = await readAlong(client, await bench.sessionId(), words);
    const attacked = await whileAttacked(bench, async () => readAlong(client, await bench.sessionId(), words));
    return [
      {
        measure: "a word's way to a bystander while ten attack, p99",
        ours: `${ms(p99(attacked))}, p50 ${ms(p50(attacked))}`,
        ...judge({ figure: p99(attacked), limit: 200, unit: ' ms' }),
      },
      {
        measure: '… to the same alone',
        ours: `${ms(p99(alone))}, p50 ${ms(p50(alone))}`,
        figure: `${round(p99(attacked) / p99(alone))}×`,
        target: '-',
        isMet: null,
      },
    ];
  },
};

async function whileAttacked<T>(bench: Bench, work: () => Promise<T>): Promise<T> {
  const { url, child: server, database } = await bench.server();
  const bystander = (await bench.account()).grant.identity;
  const sessionId = await bench.sessionId();
  const child = bench.start('src/clients/attackers.ts');
  child.send({ type: 'attack', url, email: bystander.user.email, sessionId });
  await child.receive('attacking');
  await sleep(1000);
  const used = async () => await Promise.all([server.pid, database.pid, child.pid].map(cpuSeconds));
  const [before, startedAt] = [await used(), performance.now()];
  const result = await work();
  const after = await used();
  const shares = after.map(
    (seconds, index) => (seconds - (before[index] ?? 0)) / ((performance.now() - startedAt) / 1000),
  );
  const [ofServer = 0, ofDatabase = 0, ofAttackers = 0] = shares.map((share) => Math.round(share * 100));
  console.error(`  processors: server ${ofServer} %, database ${ofDatabase} %, attackers ${ofAttackers} %`);
  child.send({ type: 'stop' });
  checkAttacks(await child.receive('over'));
  await child.stop();
  return result;
}

/** Prints what they were answered. @throws Error when one was not heard at all, or met a fault of ours. */
function checkAttacks(report: unknown): void {
  const list = at(report, 'attackers');
  for (const attacker of Array.isArray(list) ? list : []) {
    const answers = Object.entries(Object(at(attacker, 'answers')));
    const text = answers.map(([what, count]) => `${what}: ${count}`).join(', ');
    console.error(`  ${textAt(attacker, 'name')}: ${text}`);
    if (answers.length === 0 || answers.some(([what]) => what === '500'))
      throw new Error(`The attacker "${textAt(attacker, 'name')}" got: ${text || 'nothing'}`);
  }
}
