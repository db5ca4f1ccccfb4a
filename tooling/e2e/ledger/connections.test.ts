import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, errorOf } from '@atelier/client';
import { newId } from '@atelier/kernel/ids';
import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '../src/cutting-proxy.ts';
import { audit, type Entry } from '../src/ledger.ts';
import {
  answerText,
  followUntil,
  latestRun,
  newPerson,
  newSession,
  type Person,
  send,
  signInAgain,
  upTo,
  wordsOf,
} from '../src/people.ts';
import { modelSettings, RunningProgram } from '../src/program.ts';

let model: ModelServer;
let program: RunningProgram;
let person: Person;
let proxy: CuttingProxy;

beforeAll(async () => {
  model = await startModelServer();
  proxy = await startCuttingProxy(() => program.url);
  program = await RunningProgram.start({
    env: { ...modelSettings(model), PUBLIC_URL: proxy.url },
  });
  person = await newPerson(proxy.url);
});
afterAll(async () => {
  await person.client.close();
  await program[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await model.close();
});

test('the socket is cut twenty times in one answer: the reader sees every word once, in order', async () => {
  await using reader = await signInAgain(proxy.url, person);
  const sessionId = await newSession(person.client);
  const clientId = newId();
  const words = 400;
  await send(person.client, sessionId, `[[tokens ${words} @50/s]]`, clientId);

  let cuts = 0;
  const views: number[] = [];
  const end = await followUntil(
    reader.client,
    sessionId,
    (view) => latestRun(view)?.state === 'succeeded',
    (view) => {
      const seen = wordsOf(answerText(view));
      expect(seen).toEqual(upTo(seen.length));
      views.push(seen.length);
      if (cuts < 20 && seen.length > (cuts + 1) * 15 && proxy.openConnections > 0) {
        cuts += 1;
        proxy.cut();
      }
    },
  );
  expect(cuts).toBe(20);
  expect(wordsOf(answerText(end))).toEqual(upTo(words));
  // A reader that never goes back: each view is the one before, carried on.
  expect(views).toEqual(views.toSorted((a, b) => a - b));
  const history: Entry[] = [{ sessionId, clientId, result: 'ok' }];
  expect(await audit({ database: program.database, client: person.client, history })).toEqual([]);
});

test('a session that is opened at the very moment at which the connection comes back is followed', async () => {
  // Only the socket goes through the proxy: what is asked for by HTTP is there at once.
  const direct = (url: string, init?: RequestInit) => fetch(url.replace(proxy.url, program.url), init);
  const reader = createClient({ url: proxy.url, fetch: direct });
  onTestFinished(async () => {
    proxy.slow(0);
    await reader.close();
  });
  await reader.signIn({ email: person.email, password: person.password });
  const [first, second] = [await newSession(person.client), await newSession(person.client)];
  await send(person.client, first, '[[tokens 5 @50/s]]');
  await followUntil(reader, first, (view) => latestRun(view)?.state === 'succeeded');

  // The connection tries to come back by itself, and waits between two tries when the session is opened.
  const downMs = 1500;
  proxy.down(downMs);
  proxy.slow(2500);
  await sleep(downMs);
  const opened = Promise.withResolvers<void>();
  const end = followUntil(
    reader,
    second,
    (view) => latestRun(view)?.state === 'succeeded',
    () => opened.resolve(),
  );
  await opened.promise;
  await send(person.client, second, '[[tokens 5 @50/s]]');
  expect(wordsOf(answerText(await end))).toEqual(upTo(5));
});

test('FI-16: one message sent by double click, Enter ten times, two devices, after a time-out and long after its answer is one message, one run and one charge', async () => {
  await using other = await signInAgain(proxy.url, person);
  const sessionId = await newSession(person.client);
  const clientId = newId();
  const question = '[[tokens 5 @50/s]] sent many times';
  const calls = async () => (await person.client.api.usage.own.query({})).total.calls;
  const [asked, charged] = [model.count(), await calls()];
  const given = { sessionId, clientId, parts: [{ type: 'text', text: question } as const] };

  // Who hears no answer has sent it all the same.
  const timedOut = person.client.api.messages.send.mutate(given, { signal: AbortSignal.timeout(1) });
  await expect(timedOut).rejects.toThrow();
  const byEnter = Array.from({ length: 10 }, () => send(person.client, sessionId, question, clientId));
  const elsewhere = Array.from({ length: 3 }, () => send(other.client, sessionId, question, clientId));
  const answers = await Promise.all([...byEnter, ...elsewhere]);

  const changed = await send(person.client, sessionId, 'something else', clientId).catch(errorOf);
  expect(changed).toMatchObject({ code: 'request.conflict', retryable: false });
  const end = await followUntil(person.client, sessionId, (view) => latestRun(view)?.state === 'succeeded');
  answers.push(await send(other.client, sessionId, question, clientId));
  expect(new Set(answers.map(({ messageId, runId }) => `${messageId} ${runId}`)).size).toBe(1);
  expect(end.messages.map(({ role }) => role)).toEqual(['user', 'agent']);
  expect([model.count() - asked, (await calls()) - charged]).toEqual([1, 1]);
  const history: Entry[] = [{ sessionId, clientId, result: 'ok' }];
  expect(await audit({ database: program.database, client: person.client, history })).toEqual([]);
});

test('two devices send and read at once: both see the same conversation, one answer after the other', async () => {
  await using other = await signInAgain(proxy.url, person);
  const sessionId = await newSession(person.client);
  const history: Entry[] = [];
  const intents = Array.from({ length: 3 }, () => [newId(), newId()] as const);
  for (const [mine, theirs] of intents) {
    await Promise.all([
      send(person.client, sessionId, '[[tokens 20 @100/s]]', mine),
      send(other.client, sessionId, '[[tokens 20 @100/s]]', theirs),
    ]);
    history.push({ sessionId, clientId: mine, result: 'ok' }, { sessionId, clientId: theirs, result: 'ok' });
  }
  const isDone = (view: Parameters<typeof answerText>[0]) =>
    view.messages.filter(({ run }) => run?.state === 'succeeded').length === 6;
  const [mine, theirs] = await Promise.all([
    followUntil(person.client, sessionId, isDone),
    followUntil(other.client, sessionId, isDone),
  ]);
  expect(mine.messages).toEqual(theirs.messages);
  expect(mine.messages.map(({ seq }) => seq)).toEqual(mine.messages.map(({ seq }) => seq).toSorted((a, b) => a - b));
  expect(await audit({ database: program.database, client: person.client, history })).toEqual([]);
});

test('the database dies in the middle of an answer: it comes back by itself, and no word is lost or doubled', async () => {
  const sessionId = await newSession(person.client);
  const clientId = newId();
  await send(person.client, sessionId, '[[tokens 200 @40/s]]', clientId);
  await followUntil(person.client, sessionId, (view) => wordsOf(answerText(view)).length >= 40);
  await program.killDatabase();

  const end = await followUntil(
    person.client,
    sessionId,
    (view) => latestRun(view)?.state === 'succeeded',
    (view) => {
      const seen = wordsOf(answerText(view));
      expect(seen).toEqual(upTo(seen.length));
    },
  );
  expect(wordsOf(answerText(end))).toEqual(upTo(200));
  const history: Entry[] = [{ sessionId, clientId, result: 'ok' }];
  expect(await audit({ database: program.database, client: person.client, history })).toEqual([]);
});

test('a client whose clock is a day wrong stays signed in', async () => {
  const client = createClient({ url: proxy.url });
  const now = Date.now;
  Date.now = () => now() + 24 * 60 * 60_000;
  try {
    await client.signIn({ email: person.email, password: person.password });
    expect((await client.api.auth.me.query()).user.email).toBe(person.email);
  } finally {
    Date.now = now;
    await client.close();
  }
});
