import { newId } from '@atelier/kernel/ids';
import { startModelServer } from '@atelier/model-server/model-server';
import { expect, test } from 'vitest';
import { audit, type Entry } from '../src/ledger.ts';
import { answerText, followUntil, latestRun, newPerson, newSession, send, upTo, wordsOf } from '../src/people.ts';
import { modelSettings, RunningProgram } from '../src/program.ts';
import { seededRandom } from '../src/random.ts';

const kills = 20;
const words = 80;

test('kill -9 in the middle of an answer, twenty times: no word is lost or doubled, and each answer ends', async () => {
  await using model = await startModelServer();
  await using program = await RunningProgram.start({
    env: modelSettings(model),
  });
  await using person = await newPerson(program.url);
  const { client } = person;
  const random = seededRandom(20);
  const history: Entry[] = [];

  for (let round = 1; round <= kills; round += 1) {
    const sessionId = await newSession(client);
    const clientId = newId();
    await send(client, sessionId, `[[reason 3]] [[tokens ${words} @60/s]]`, clientId);
    history.push({ sessionId, clientId, result: 'ok' });

    // Early enough that a slow machine kills before the answer is over.
    const killAt = 1 + Math.floor((random() * words) / 2);
    let shown: readonly number[] = [];
    await followUntil(
      client,
      sessionId,
      (view) => wordsOf(answerText(view)).length >= killAt,
      (view) => {
        shown = wordsOf(answerText(view));
      },
    );
    await program.kill();
    await program.start();

    const end = await followUntil(
      client,
      sessionId,
      (view) => latestRun(view)?.state === 'succeeded',
      (view) => expect(wordsOf(answerText(view)).slice(0, shown.length), 'what was shown stays').toEqual(shown),
    );
    expect(wordsOf(answerText(end)), `round ${round}, killed at word ${killAt}`).toEqual(upTo(words));
    expect(latestRun(end)?.attempt).toBe(2);
  }
  expect(await audit({ database: program.database, client, history })).toEqual([]);
});

test('a run that loses its process three times is marked interrupted, and Continue ends it without a gap', async () => {
  await using model = await startModelServer();
  await using program = await RunningProgram.start({
    env: modelSettings(model),
  });
  await using person = await newPerson(program.url);
  const { client } = person;
  const sessionId = await newSession(client);
  await send(client, sessionId, '[[tokens 120 @30/s]]');

  for (let attempt = 1; attempt <= 3; attempt += 1) {
    let first = -1;
    await followUntil(client, sessionId, (view) => {
      const run = latestRun(view);
      const count = wordsOf(answerText(view)).length;
      if (run?.attempt !== attempt) return false;
      if (first === -1) first = count;
      return count >= first + 3;
    });
    await program.kill();
    await program.start();
  }
  const lost = await followUntil(client, sessionId, (view) => latestRun(view)?.state === 'interrupted');
  expect(latestRun(lost)?.error?.code).toBe('run.worker_lost');

  const runId = latestRun(lost)?.id;
  if (!runId) throw new Error('No run.');
  await client.api.runs.continue.mutate({ runId, clientId: newId() });
  const end = await followUntil(client, sessionId, (view) => latestRun(view)?.state === 'succeeded');
  expect(wordsOf(answerText(end))).toEqual(upTo(120));
});
