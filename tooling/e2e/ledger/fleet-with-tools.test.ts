import { setTimeout as sleep } from 'node:timers/promises';
import type { AtelierClient } from '@atelier/client';
import type { SessionId } from '@atelier/contracts/ids';
import type { Part, ToolPart } from '@atelier/contracts/parts';
import { isTerminal } from '@atelier/contracts/runs';
import type { Transcript } from '@atelier/contracts/transcript';
import { newId } from '@atelier/kernel/ids';
import { startModelServer } from '@atelier/model-server/model-server';
import pg from 'pg';
import { expect, test } from 'vitest';
import { audit, type Entry, essence } from '../src/ledger.ts';
import { followUntil, newPerson, newSession, send, signInAgain, upTo } from '../src/people.ts';
import { modelSettings, RunningProgram } from '../src/program.ts';
import { seededRandom } from '../src/random.ts';

const sessions = 20;
const runsEach = 10;
const callsEach = 3;
const kills = 16;

/** A call that leaves a trace of its own, and takes long enough to be killed in. */
const leaveTrace = (name: string) =>
  `[[tool run_command ${JSON.stringify({ command: `echo ${name} >> effects.txt; sleep 0.1; echo ended ${name}` })}]]`;
const nameOf = (run: number, call: number) => `${run}-${call}`;
const question = (run: number) =>
  `${upTo(callsEach)
    .map((call) => leaveTrace(nameOf(run, call)))
    .join(' ')} [[say done]]`;

const isTool = (part: Part): part is ToolPart => part.type === 'tool';
const answersOf = ({ messages }: Transcript) => messages.filter(({ role }) => role === 'agent');
const isOver = (view: Transcript) =>
  answersOf(view).length === runsEach && answersOf(view).every(({ run }) => run && isTerminal(run.state));

/** Sends until somebody says that it is kept: the same message under the same id, to one server and the other. */
async function sendUntilKept(clients: readonly AtelierClient[], sessionId: SessionId, run: number): Promise<Entry> {
  const clientId = newId();
  for (let attempt = run; ; attempt += 1) {
    const client = clients[attempt % clients.length];
    try {
      if (client) await send(client, sessionId, question(run), clientId);
      return { sessionId, clientId, result: 'ok' };
    } catch {
      await sleep(250);
    }
  }
}

test('FI-01, FI-02, FI-03: two servers and two workers are killed at random in 200 runs with commands: nothing that was kept is lost, nothing is made twice, and each run ends', async () => {
  await using model = await startModelServer();
  const env = modelSettings(model);
  await using first = await RunningProgram.start({ role: 'server', env });
  const beside = { dataDirectory: first.dataDirectory };
  await using second = await RunningProgram.start({ role: 'server', env, ...beside });
  await using worker = await RunningProgram.start({ role: 'worker', env, ...beside });
  await using otherWorker = await RunningProgram.start({ role: 'worker', env, ...beside });
  await using person = await newPerson(first.url);
  await using elsewhere = await signInAgain(second.url, person);
  const clients = [person.client, elsewhere.client];
  const { client } = person;
  await client.api.approvals.putRule.mutate({ tool: 'run_command', pattern: '*', action: 'allow', sessionId: null });
  const database = new pg.Pool({ ...first.database, max: 1 });
  database.on('error', () => undefined);
  const random = seededRandom(2);
  const ids = await Promise.all(upTo(sessions).map(() => newSession(client)));

  let isDone = false;
  const views = Promise.all(
    ids.map(async (id, index) => await followUntil(clients[index % 2] ?? client, id, isOver)),
  ).finally(() => {
    isDone = true;
  });
  const sent = Promise.all(
    ids.flatMap((id) => upTo(runsEach).map(async (run) => await sendUntilKept(clients, id, run))),
  );
  const killing = (async () => {
    // Workers twice as often: the runs are theirs.
    const fleet = [worker, otherWorker, first, worker, otherWorker, second];
    for (let kill = 0; kill < kills && !isDone; kill += 1) {
      await sleep(300 + random() * 1500);
      const program = fleet[Math.floor(random() * fleet.length)] ?? worker;
      await program.kill();
      await program.start();
    }
  })();
  const watching = (async () => {
    let abandoned = 0;
    while (!isDone) {
      const { rows } = await database.query(
        `SELECT count(*)::int AS n FROM runs WHERE state = 'running' AND lease_until < now() - interval '60 seconds'`,
      );
      abandoned = Math.max(abandoned, rows[0].n);
      await sleep(1000);
    }
    return abandoned;
  })();

  const history = await sent;
  const seen = await views;
  await killing;
  expect(await watching, 'runs without a worker for more than a minute').toBe(0);
  await database.end();

  const counts = { unknown: 0, resumed: 0, lost: 0 };
  for (const [index, id] of ids.entries()) {
    const now = await client.api.sessions.open.query({ sessionId: id });
    const view = seen[index];
    expect(view && essence(view), 'what its reader saw is what there is').toEqual(essence(now));
    const file = await client.api.files.read.query({ sessionId: id, path: 'effects.txt' });
    const effects = (file.text ?? '').trim().split('\n');
    expect(effects, 'each effect once').toEqual([...new Set(effects)]);
    for (const { run, parts } of answersOf(now)) {
      if ((run?.attempt ?? 1) > 1) counts.resumed += 1;
      if (run?.state === 'interrupted') counts.lost += 1;
      else expect(run?.state).toBe('succeeded');
      const tools = parts.filter(isTool);
      if (run?.state === 'succeeded') expect(tools).toHaveLength(callsEach);
      for (const { state, output, inputText } of tools) {
        const name = /echo (\S+) >>/.exec(inputText)?.[1] ?? '';
        // What ended well has had its effect, and what was not made has none; what is unknown may have.
        if (state === 'unknown') counts.unknown += 1;
        else if (state === 'succeeded')
          expect([output.trim(), effects.includes(name)]).toEqual([`ended ${name}`, true]);
        else expect([run?.state, effects.includes(name)]).toEqual(['interrupted', false]);
      }
    }
  }
  // Else no kill met a run at work, and nothing was shown.
  expect(counts.resumed).toBeGreaterThan(10);
  expect(counts.unknown).toBeGreaterThan(0);
  expect(await audit({ database: first.database, client, history })).toEqual([]);
}, 600_000);
