import { setTimeout as sleep } from 'node:timers/promises';
import { errorOf } from '@atelier/client';
import { newId } from '@atelier/kernel/ids';
import { startModelServer } from '@atelier/model-server/model-server';
import { expect, test } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '../src/cutting-proxy.ts';
import { audit, type Entry } from '../src/ledger.ts';
import {
  answerText,
  followUntil,
  latestRun,
  newPerson,
  newSession,
  send,
  textOf,
  upTo,
  wordsOf,
} from '../src/people.ts';
import { modelSettings, RunningProgram } from '../src/program.ts';

const isOver = (view: Parameters<typeof latestRun>[0]) => latestRun(view)?.state === 'succeeded';
const whole = (view: Parameters<typeof answerText>[0]) => {
  const seen = wordsOf(answerText(view));
  expect(seen).toEqual(upTo(seen.length));
};

test.concurrent('FI-04: a database that dies at once, three times, while many write: each request ends well or may be sent again, streams go on, and nothing is there by halves', async () => {
  await using model = await startModelServer();
  await using program = await RunningProgram.start({ env: modelSettings(model) });
  await using person = await newPerson(program.url);
  const { client } = person;
  const history: Entry[] = [];
  const errors: unknown[] = [];
  let slowestMs = 0;
  let isHit = true;
  const ids = await Promise.all(upTo(4).map(() => newSession(client)));
  const streams = ids.map((id) =>
    followUntil(client, id, (view) => isOver(view) && answerText(view) === 'the last', whole),
  );
  const writers = ids.map(async (sessionId) => {
    const say = async (text: string) => {
      const clientId = newId();
      for (;;) {
        const since = performance.now();
        const error = await send(client, sessionId, text, clientId).then(() => null, errorOf);
        slowestMs = Math.max(slowestMs, performance.now() - since);
        if (error === null) break;
        errors.push(error);
        await sleep(100);
      }
      history.push({ sessionId, clientId, result: 'ok' });
    };
    await say('[[tokens 300 @30/s]]');
    for (let n = 0; isHit; n += 1) {
      await say(`[[tool write_file {"path": "${n}.txt", "text": "${n}"}]] [[say kept]]`);
      await sleep(1200);
    }
    await say('[[say the last]]');
  });
  for (const _ of upTo(3)) {
    await sleep(2500);
    await program.killDatabase();
    const diedAt = performance.now();
    while ((await fetch(`${program.url}/ready`)).status !== 200) await sleep(50);
    expect(performance.now() - diedAt, 'ready again').toBeLessThan(10_000);
  }
  isHit = false;
  await Promise.all(writers);
  const ends = await Promise.all(streams);

  expect(slowestMs, 'the longest that anybody waited').toBeLessThan(12_000);
  for (const error of errors) expect(error).toMatchObject({ code: 'service.unavailable', retryable: true });
  for (const end of ends) {
    const answers = end.messages.filter(({ role }) => role === 'agent');
    expect(wordsOf(textOf(answers[0]))).toEqual(upTo(300));
    expect(answers.map(({ run }) => [run?.state, run?.attempt])).toEqual(answers.map(() => ['succeeded', 1]));
    const calls = answers.flatMap(({ parts }) => parts.filter((part) => part.type === 'tool'));
    expect(calls.map(({ state }) => state)).toEqual(calls.map(() => 'succeeded'));
    expect(calls.length).toBeGreaterThan(3);
  }
  expect(await audit({ database: program.database, client, history })).toEqual([]);
});

test.concurrent('FI-05: a database that stands still for half a minute: requests are refused in time, the program lives, and all goes on by itself', async () => {
  await using model = await startModelServer();
  await using program = await RunningProgram.start({ env: modelSettings(model) });
  await using person = await newPerson(program.url);
  const { client } = person;
  const sessionId = await newSession(client);
  const clientId = newId();
  await send(client, sessionId, '[[tokens 300 @30/s]]', clientId);
  await followUntil(client, sessionId, (view) => wordsOf(answerText(view)).length >= 30);

  // Follows from before, so that it is the same reader to whom it happens.
  const reading = followUntil(client, sessionId, (view) => isOver(view) && answerText(view) === 'later', whole);
  await program.pauseDatabase();
  const askedAt = performance.now();
  const during = newId();
  const [refusal, writing, health, ready] = await Promise.all([
    client.api.sessions.list.query({ status: 'active', limit: 10 }).then(() => null, errorOf),
    send(client, sessionId, '[[say later]]', during).then(() => null, errorOf),
    fetch(`${program.url}/health`).then(({ status }) => status),
    fetch(`${program.url}/ready`).then(({ status }) => status),
  ]);
  expect(performance.now() - askedAt).toBeLessThan(15_000);
  for (const error of [refusal, writing]) {
    expect(error).toMatchObject({ code: 'service.unavailable', retryable: true, details: { part: 'storage' } });
  }
  expect([health, ready]).toEqual([200, 503]);
  await sleep(30_000 - (performance.now() - askedAt));
  await program.resumeDatabase();

  const resumedAt = performance.now();
  while ((await fetch(`${program.url}/ready`)).status !== 200) await sleep(100);
  expect(performance.now() - resumedAt).toBeLessThan(10_000);
  await send(client, sessionId, '[[say later]]', during);
  const [first] = (await reading).messages.filter(({ role }) => role === 'agent');
  expect(first?.run?.state).toBe('succeeded');
  expect(wordsOf(textOf(first))).toEqual(upTo(300));
  const history: Entry[] = [clientId, during].map((id) => ({ sessionId, clientId: id, result: 'ok' }));
  expect(await audit({ database: program.database, client, history })).toEqual([]);
});

test.concurrent.each([
  { name: 'FI-08: without a network for half a minute', fault: (proxy: CuttingProxy) => proxy.down(30_000) },
  { name: 'FI-10: whose connection goes silent', fault: (proxy: CuttingProxy) => proxy.freeze() },
])('a reader $name ends with what the log says, and the run waits for nobody', async ({ fault }) => {
  await using model = await startModelServer();
  const target = { url: '' };
  await using proxy = await startCuttingProxy(() => target.url);
  await using program = await RunningProgram.start({ env: { ...modelSettings(model), PUBLIC_URL: proxy.url } });
  target.url = program.url;
  await using person = await newPerson(proxy.url);
  const { client } = person;
  const sessionId = await newSession(client);
  const clientId = newId();
  await send(client, sessionId, '[[tokens 900 @30/s]]', clientId);
  let isHit = false;
  const end = await followUntil(client, sessionId, isOver, (view) => {
    whole(view);
    if (isHit || wordsOf(answerText(view)).length < 30) return;
    isHit = true;
    fault(proxy);
  });

  expect(wordsOf(answerText(end))).toEqual(upTo(900));
  const { startedAt, finishedAt } = latestRun(end) ?? {};
  expect(Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '')).toBeLessThan(60_000);
  const history: Entry[] = [{ sessionId, clientId, result: 'ok' }];
  expect(await audit({ database: program.database, client, history })).toEqual([]);
});

test.concurrent('FI-20: all processes are replaced one by one in the middle of answers: nobody is refused for longer than it takes to reconnect, and nothing is lost', async () => {
  await using model = await startModelServer();
  const env = modelSettings(model);
  await using database = await RunningProgram.start({ role: 'server', env });
  const beside = { env, dataDirectory: database.dataDirectory } as const;
  const fleet = {
    server: await RunningProgram.start({ role: 'server', ...beside }),
    worker: await RunningProgram.start({ role: 'worker', ...beside }),
  };
  await using balancer = await startCuttingProxy(() => fleet.server.url);
  const settings = { ...env, PUBLIC_URL: balancer.url };
  const replace = async (role: 'server' | 'worker') => {
    const old = fleet[role];
    fleet[role] = await RunningProgram.start({ role, ...beside, env: settings });
    await old.stop();
  };
  try {
    await replace('server');
    await using person = await newPerson(balancer.url);
    const { client } = person;
    const sessionId = await newSession(client);
    const history: Entry[] = [];
    const reading = followUntil(client, sessionId, (view) => answerText(view) === 'the last' && isOver(view));
    let longestRefusal = 0;
    const say = async (text: string) => {
      const clientId = newId();
      const since = performance.now();
      while ((await send(client, sessionId, text, clientId).then(() => null, errorOf)) !== null) await sleep(100);
      longestRefusal = Math.max(longestRefusal, performance.now() - since);
      history.push({ sessionId, clientId, result: 'ok' });
    };

    await say('[[tokens 300 @30/s]]');
    const talking = (async () => {
      for (const n of upTo(12)) {
        await say(`[[say number ${n}]]`);
        await sleep(500);
      }
    })();
    await replace('worker');
    await replace('server');
    await replace('worker');
    await replace('server');
    await talking;
    await say('[[say the last]]');

    const end = await reading;
    const answers = end.messages.filter(({ role }) => role === 'agent');
    expect(answers.map(({ run }) => [run?.state, run?.attempt])).toEqual(answers.map(() => ['succeeded', 1]));
    expect(answers).toHaveLength(14);
    expect(longestRefusal).toBeLessThan(5000);
    expect(await audit({ database: database.database, client, history })).toEqual([]);
  } finally {
    await Promise.all([fleet.server[Symbol.asyncDispose](), fleet.worker[Symbol.asyncDispose]()]);
  }
});
