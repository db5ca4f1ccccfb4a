import { setTimeout as sleep } from 'node:timers/promises';
import type { ToolPart } from '@atelier/contracts/parts';
import type { Transcript } from '@atelier/contracts/transcript';
import { newId } from '@atelier/kernel/ids';
import { startModelServer } from '@atelier/model-server/model-server';
import { expect, test } from 'vitest';
import { audit, type Entry } from '../src/ledger.ts';
import { followUntil, latestRun, newPerson, newSession, send, upTo } from '../src/people.ts';
import { modelSettings, RunningProgram } from '../src/program.ts';
import { seededRandom } from '../src/random.ts';

const kills = 6;
const calls = 12;

const toolsOf = ({ messages }: Transcript): readonly ToolPart[] =>
  (messages.at(-1)?.parts ?? []).filter((part): part is ToolPart => part.type === 'tool');

/** A call that leaves a trace of its own, and takes long enough to be killed in. */
const leaveTrace = (n: number) =>
  `[[tool run_command ${JSON.stringify({ command: `echo ${n} >> effects.txt; sleep 0.1; echo ended ${n}` })}]]`;

test('FI-02: kill -9 among commands, at random moments: none is made twice, and what is not known is said', async () => {
  await using model = await startModelServer();
  await using program = await RunningProgram.start({ env: modelSettings(model) });
  await using person = await newPerson(program.url);
  const { client } = person;
  await client.api.approvals.putRule.mutate({ tool: 'run_command', pattern: '*', action: 'allow', sessionId: null });
  const random = seededRandom(2);
  const history: Entry[] = [];
  let unknown = 0;

  for (let round = 1; round <= kills; round += 1) {
    const sessionId = await newSession(client);
    const clientId = newId();
    await send(client, sessionId, `${upTo(calls).map(leaveTrace).join(' ')} [[say done]]`, clientId);
    history.push({ sessionId, clientId, result: 'ok' });
    const killAfter = 1 + Math.floor(random() * (calls - 2));
    await followUntil(client, sessionId, (view) => toolsOf(view).filter(({ endedAt }) => endedAt).length >= killAfter);
    // Anywhere in a call, or between two.
    await sleep(random() * 150);
    await program.kill();
    await program.start();
    const end = await followUntil(client, sessionId, (view) => latestRun(view)?.state === 'succeeded');

    const file = await client.api.files.read.query({ sessionId, path: 'effects.txt' });
    const effects = (file.text ?? '').trim().split('\n').map(Number);
    expect(effects, `round ${round}, killed after ${killAfter}`).toEqual([...new Set(effects)]);
    for (const [index, { state, output }] of toolsOf(end).entries()) {
      const n = index + 1;
      if (state === 'unknown') unknown += 1;
      else expect([n, state, output], `round ${round}`).toEqual([n, 'succeeded', `ended ${n}`]);
      // What ended well has had its effect; what is unknown may have.
      if (state === 'succeeded') expect(effects).toContain(n);
    }
    expect(toolsOf(end)).toHaveLength(calls);
  }
  // Else no kill met a command at work, and nothing was shown.
  expect(unknown).toBeGreaterThan(0);
  expect(await audit({ database: program.database, client, history })).toEqual([]);
});
