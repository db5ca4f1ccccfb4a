import { readFile } from 'node:fs/promises';
import { newId } from '@atelier/kernel/ids';
import { startModelServer } from '@atelier/model-server/model-server';
import { expect, test } from 'vitest';
import { audit, type Entry } from '../src/ledger.ts';
import { answerText, followUntil, latestRun, newPerson, newSession, send, upTo, wordsOf } from '../src/people.ts';
import { modelSettings, RunningProgram } from '../src/program.ts';

test('server and workers apart: a worker dies and another goes on, the server restarts, and the reader sees one answer', async () => {
  await using model = await startModelServer();
  const env = modelSettings(model);
  await using server = await RunningProgram.start({ role: 'server', env });
  const { dataDirectory } = server;
  await using first = await RunningProgram.start({ role: 'worker', dataDirectory, env });
  await using person = await newPerson(server.url);
  const { client } = person;
  const sessionId = await newSession(client);
  const clientId = newId();
  await send(
    client,
    sessionId,
    '[[tool write_file {"path":"once.txt","text":"from the tool"}]] [[tokens 150 @30/s]]',
    clientId,
  );
  await followUntil(client, sessionId, (view) => wordsOf(answerText(view)).length >= 10);
  await client.api.files.remove.mutate({ sessionId, path: 'once.txt' });

  await first.kill();
  await using second = await RunningProgram.start({ role: 'worker', dataDirectory, env });
  await followUntil(client, sessionId, (view) => latestRun(view)?.attempt === 2);
  const reads = Promise.withResolvers<void>();
  const seenByReader = followUntil(
    client,
    sessionId,
    (view) => latestRun(view)?.state === 'succeeded',
    (view) => {
      reads.resolve();
      const seen = wordsOf(answerText(view));
      expect(seen).toEqual(upTo(seen.length));
    },
  );
  // Whoever begins to read while no server is there is told so; whoever reads already goes on.
  await reads.promise;
  await server.stop();
  await server.start();
  const end = await seenByReader;

  expect(wordsOf(answerText(end))).toEqual(upTo(150));
  expect(end.messages.flatMap(({ parts }) => parts.filter(({ type }) => type === 'tool'))).toMatchObject([
    { name: 'write_file', state: 'succeeded' },
  ]);
  // The file was taken away after the call: a call made again would have brought it back.
  const files = await client.api.files.list.query({ sessionId });
  expect(files.entries).toEqual([]);
  const history: Entry[] = [{ sessionId, clientId, result: 'ok' }];
  expect(await audit({ database: server.database, client, history })).toEqual([]);
  expect(second.output + server.output).not.toMatch(/"level":"(error|fatal)"/);
});

test('a worker that is asked to stop hands its run over without losing an attempt', async () => {
  await using model = await startModelServer();
  const env = { ...modelSettings(model), STOP_GRACE_SECONDS: '0' };
  await using program = await RunningProgram.start({ env });
  await using person = await newPerson(program.url);
  const { client } = person;
  const sessionId = await newSession(client);
  await send(client, sessionId, '[[tokens 100 @40/s]]');
  await followUntil(client, sessionId, (view) => wordsOf(answerText(view)).length >= 10);
  await program.stop();
  await program.start();
  const end = await followUntil(client, sessionId, (view) => latestRun(view)?.state === 'succeeded');
  expect(wordsOf(answerText(end))).toEqual(upTo(100));
  expect(latestRun(end)?.attempt).toBe(1);
  await expect(readFile(`${program.dataDirectory}/postgres/cluster/postmaster.pid`, 'utf8')).resolves.toMatch(/^\d+/);
});
