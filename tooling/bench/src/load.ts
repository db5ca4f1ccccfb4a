import { setTimeout as sleep } from 'node:timers/promises';
import type { AtelierClient } from '@atelier/client';
import type { Bench } from './bench.ts';
import { askBare } from './clients/ask-bare.ts';
import { FollowedSession } from './clients/followed-session.ts';
import { numberAt } from './fields.ts';
import type { Child } from './processes.ts';
import { cpuSeconds } from './usage.ts';

const runs = 100;
const rounds = 2;
const words = 200;
const script = `[[tokens ${words} @50/s]]`;
/** Between one send and the next, so that all are sent within a second. */
const spacing = { spread: 1000 / runs, burst: 0 };
type Shape = keyof typeof spacing;

export interface Times {
  readonly ours: number[];
  readonly bare: number[];
}

export interface LoadResult {
  /** Milliseconds to the first token of every run. */
  readonly firstToken: Record<Shape, Times>;
  /** Processor seconds over all rounds of `spread`, and the words each side delivered in them. */
  readonly cpu: { server: number; database: number; bare: number; readonly words: number };
}

/** A hundred runs at a time, ours and the bare server's in turn, so that both meet the same machine. */
export async function load(bench: Bench): Promise<LoadResult> {
  return await bench.once('load', async () => {
    const { child: bare, url } = await bareServer(bench);
    const clients = await Promise.all(Array.from({ length: runs }, () => bench.client()));
    const result: LoadResult = {
      firstToken: { spread: { ours: [], bare: [] }, burst: { ours: [], bare: [] } },
      cpu: { server: 0, database: 0, bare: 0, words: rounds * runs * words },
    };
    // The first round warms up both and does not count.
    for (let round = 0; round <= rounds; round += 1) {
      for (const shape of round === 0 ? (['spread'] as const) : (['spread', 'burst'] as const)) {
        const ours = await oursRound(bench, clients, shape);
        const theirs = await bareRound(bare, url, shape);
        if (round === 0) continue;
        result.firstToken[shape].ours.push(...ours.times);
        result.firstToken[shape].bare.push(...theirs.times);
        if (shape !== 'spread') continue;
        result.cpu.server += ours.server;
        result.cpu.database += ours.database;
        result.cpu.bare += theirs.seconds;
      }
    }
    await Promise.all(clients.map((client) => client.close()));
    return result;
  });
}

export async function bareServer(bench: Bench): Promise<{ readonly child: Child; readonly url: string }> {
  return await bench.once('bare sse', async () => {
    const child = bench.start('src/bare/sse-server.ts', await bench.model());
    return { child, url: `http://127.0.0.1:${numberAt(await child.receive('listening'), 'port')}` };
  });
}

async function oursRound(bench: Bench, clients: readonly AtelierClient[], shape: Shape) {
  const server = await bench.server();
  const sessions = await Promise.all(
    clients.map(async (client) => await FollowedSession.open(client, await bench.sessionId())),
  );
  await sleep(500);
  const before = await Promise.all([cpuSeconds(server.child.pid), cpuSeconds(server.database.pid)]);
  const times = await sendAll(shape, (index) => sessions[index]?.ask(script, words));
  await sleep(200);
  const after = await Promise.all([cpuSeconds(server.child.pid), cpuSeconds(server.database.pid)]);
  await Promise.all(sessions.map((session) => session.checkLog()));
  await Promise.all(sessions.map((session) => session.close()));
  return { times, server: after[0] - before[0], database: after[1] - before[1] };
}

async function bareRound(bare: Child, url: string, shape: Shape) {
  const before = await cpuSeconds(bare.pid);
  const times = await sendAll(shape, () => askBare(url, script, words));
  await sleep(200);
  return { times, seconds: (await cpuSeconds(bare.pid)) - before };
}

async function sendAll(
  shape: Shape,
  ask: (index: number) => Promise<{ readonly firstTokenMs: number }> | undefined,
): Promise<number[]> {
  return await Promise.all(
    Array.from({ length: runs }, async (_, index) => {
      if (spacing[shape] > 0) await sleep(index * spacing[shape]);
      const answered = await ask(index);
      if (!answered) throw new Error('A session is missing.');
      return answered.firstTokenMs;
    }),
  );
}
