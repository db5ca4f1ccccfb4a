import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Bench, builtServer } from './bench.ts';
import { attackers } from './measures/attackers.ts';
import { checkpoint } from './measures/checkpoint.ts';
import { cpu } from './measures/cpu.ts';
import { fanOut } from './measures/fan-out.ts';
import { firstLoad } from './measures/first-load.ts';
import { firstToken } from './measures/first-token.ts';
import { idleSockets } from './measures/idle-sockets.ts';
import { longRun } from './measures/long-run.ts';
import type { Measure } from './measures/measure.ts';
import { pages } from './measures/pages.ts';
import { sandbox } from './measures/sandbox.ts';
import { start } from './measures/start.ts';
import { tellTale } from './measures/tell-tale.ts';
import { traces } from './measures/traces.ts';
import { formatTable, type Row } from './table.ts';
import { machineSeconds } from './usage.ts';

const limitMs = 350_000;
const all: readonly Measure[] = [
  firstToken,
  cpu,
  fanOut,
  start,
  idleSockets,
  pages,
  firstLoad,
  tellTale,
  attackers,
  sandbox,
  checkpoint,
  longRun,
  traces,
];

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    profile: { type: 'string' },
    server: { type: 'string', default: builtServer },
  },
});
const names = values.only?.flatMap((value) => value.split(',')) ?? all.map(({ name }) => name);
const unknown = names.filter((name) => !all.some((measure) => measure.name === name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Use: --only ${all.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const startedAt = performance.now();
const rows: Row[] = [];
let hasFailed = false;
let othersShare = 0;

async function work(): Promise<void> {
  await using bench = await Bench.open({
    profileDirectory: values.profile ? path.resolve(values.profile) : null,
    program: path.resolve(values.server),
  });
  const stopped = stopSignal();
  const others = await otherWork(bench);
  for (const measure of all.filter(({ name }) => names.includes(name))) {
    const timeIsOver = sleep(Math.max(0, limitMs - (performance.now() - startedAt)), null, { ref: false });
    const measureStartedAt = performance.now();
    try {
      const found = await Promise.race([measure.run(bench), timeIsOver, stopped]);
      if (found === null) throw new Error('no time was left');
      rows.push(...found);
      console.error(`${measure.name}: ${((performance.now() - measureStartedAt) / 1000).toFixed(1)} s`);
    } catch (error) {
      hasFailed = true;
      const reason = error instanceof Error ? error.message : String(error);
      console.error(`${measure.name} failed:`, error, `\n${await bench.logs()}`);
      const figure = `failed: ${reason.split('\n', 1)[0]?.slice(0, 60)}`;
      rows.push({ measure: measure.name, ours: '-', figure, target: '-', isMet: null });
      if (reason === interrupted) break;
    }
  }
  othersShare = await others();
}

/** Returns what tells how much of the processors was taken, since now, by programs that are not ours. */
async function otherWork(bench: Bench): Promise<() => Promise<number>> {
  const read = async () => ({ at: performance.now(), seconds: (await machineSeconds()) - (await bench.ownSeconds()) });
  const before = await read();
  return async () => {
    const after = await read();
    const available = ((after.at - before.at) / 1000) * os.availableParallelism();
    return Math.max(0, after.seconds - before.seconds) / available;
  };
}

const interrupted = 'interrupted';
/** Rejects when somebody interrupts us: what was started is then ended in order. */
function stopSignal(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(interrupted)));
  });
}

await work();
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
console.log(`\n${formatTable(rows)}\n
${seconds} s; other programs took ${(othersShare * 100).toFixed(0)} % of ${os.availableParallelism()} processors meanwhile.`);
process.exit(hasFailed ? 1 : 0);
