import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiKeyClient } from '@atelier/client';
import type { SessionId } from '@atelier/contracts/ids';
import { isTerminal, type RunError } from '@atelier/contracts/runs';
import type { Transcript } from '@atelier/contracts/transcript';
import { newId } from '@atelier/kernel/ids';
import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audit } from '../src/ledger.ts';
import {
  answerText,
  followUntil,
  latestRun,
  newPerson,
  newSession,
  type Person,
  send,
  textOf,
  upTo,
  wordsOf,
} from '../src/people.ts';
import { modelSettings, RunningProgram } from '../src/program.ts';

const stallSeconds = 10;

let model: ModelServer;
let program: RunningProgram;
let person: Person;

beforeAll(async () => {
  model = await startModelServer();
  program = await RunningProgram.start({ env: { ...modelSettings(model), MODEL_STALL_SECONDS: String(stallSeconds) } });
  person = await newPerson(program.url);
});
afterAll(async () => {
  await person.client.close();
  await program[Symbol.asyncDispose]();
  await model.close();
});

interface Asked {
  readonly view: Transcript;
  readonly question: string;
  readonly sessionId: SessionId;
  readonly clientId: string;
}

/** Asks in a session of its own, and waits for the run's end. */
async function ask(client: ApiKeyClient, script: string, onView?: (view: Transcript) => void): Promise<Asked> {
  const sessionId = await newSession(client);
  const clientId = newId();
  // No two questions are the same, so that the requests made for each can be told apart.
  const question = `${script} ${clientId}`;
  await send(client, sessionId, question, clientId);
  const view = await followUntil(
    client,
    sessionId,
    (now) => {
      const run = latestRun(now);
      return run !== null && isTerminal(run.state);
    },
    onView,
  );
  return { view, question, sessionId, clientId };
}

const requestsFor = ({ question }: Asked) =>
  model.requests.filter(({ body }) => JSON.stringify(body).includes(question.slice(-36)));

/** Whatever happened: the question is there, the log is whole, and nothing of what only the server knows is told. */
async function expectNothingLost(asked: Asked): Promise<void> {
  const [first] = asked.view.messages;
  expect(textOf(first)).toBe(asked.question);
  expect(JSON.stringify(asked.view)).not.toContain(model.key);
  expect(JSON.stringify(asked.view)).not.toContain(new URL(model.url).host);
  const history = [{ sessionId: asked.sessionId, clientId: asked.clientId, result: 'ok' }] as const;
  expect(await audit({ database: program.database, client: person.client, history })).toEqual([]);
}

type Refusal = readonly [script: string, tries: number, code: RunError['code'], words: RegExp];

describe('FI-11: a provider that refuses', () => {
  test.concurrent.each<Refusal>([
    ['[[status 429]]', 3, 'provider.rate_limited', /is asked too often \(429\)/],
    ['[[status 429 quota]]', 1, 'provider.refused', /has no quota left/],
    ['[[status 500]]', 3, 'provider.overloaded', /answered 500/],
    ['[[status 502]]', 3, 'provider.overloaded', /answered 502/],
    ['[[status 529]]', 3, 'provider.overloaded', /answered 529/],
    ['[[status 401]]', 1, 'provider.auth', /refused the API key/],
    ['[[status 404]]', 1, 'provider.model_not_found', /knows no model/],
  ])('by %s is asked %i times, and the answer says what it is', async (script, tries, code, words) => {
    const asked = await ask(person.client, `${script} [[tokens 3]]`);

    const run = latestRun(asked.view);
    expect(run).toMatchObject({ state: 'failed', error: { code } });
    expect(run?.error?.message).toMatch(words);
    expect(requestsFor(asked)).toHaveLength(tries);
    await expectNothingLost(asked);
  });

  test.concurrent('for a while is asked again when it says so, not before', async () => {
    const asked = await ask(person.client, '[[status 429 retry-after 3 times 1]] [[tokens 3]]');

    expect(latestRun(asked.view)?.state).toBe('succeeded');
    expect(wordsOf(answerText(asked.view))).toEqual(upTo(3));
    expect(requestsFor(asked)).toHaveLength(2);
    const { startedAt, finishedAt } = latestRun(asked.view) ?? {};
    expect(Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '')).toBeGreaterThanOrEqual(3000);
    await expectNothingLost(asked);
  });

  test.concurrent('after its first word is not asked again: what it wrote stays', async () => {
    const asked = await ask(person.client, '[[tokens 40 @0]] [[fail 20]]');

    expect(latestRun(asked.view)).toMatchObject({ state: 'failed', error: { code: 'provider.overloaded' } });
    expect(wordsOf(answerText(asked.view))).toEqual(upTo(20));
    expect(requestsFor(asked)).toHaveLength(1);
    await expectNothingLost(asked);
  });
});

describe('FI-12: a provider that sends nonsense', () => {
  test.concurrent.each([
    ['no JSON', '[[garbage 20]]'],
    ['half an event', '[[cutjson 20]]'],
    ['bytes that are no text', '[[utf8 20]]'],
    ['a line of 10 MiB', '[[line 20 10]]'],
    ['an event before its time', '[[order 20]]'],
  ])('%s: what came before is kept, and the run says that it cannot be read', async (_name, fault) => {
    const asked = await ask(person.client, `[[tokens 40 @0]] ${fault}`);

    expect(latestRun(asked.view)).toMatchObject({ state: 'failed', error: { code: 'provider.invalid_data' } });
    expect(latestRun(asked.view)?.error?.message).toMatch(/What it wrote so far is kept\.$/);
    expect(wordsOf(answerText(asked.view))).toEqual(upTo(20));
    await expectNothingLost(asked);
  });

  test.concurrent('an answer without content fails, and says so', async () => {
    const asked = await ask(person.client, '[[empty]]');

    expect(latestRun(asked.view)).toMatchObject({
      state: 'failed',
      error: { code: 'provider.invalid_data', message: expect.stringContaining('empty answer') },
    });
    await expectNothingLost(asked);
  });

  test.concurrent('two calls with one id are two calls with a result each', async () => {
    const asked = await ask(
      person.client,
      '[[same-ids]] [[tool list_files {"path": "."}]] [[tool find_files {"pattern": "*"}]] [[say done]]',
    );

    const calls = asked.view.messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'tool'));
    expect(calls.map(({ name, state }) => [name, state])).toEqual([
      ['list_files', 'succeeded'],
      ['find_files', 'succeeded'],
    ]);
    expect(new Set(calls.map(({ callId }) => callId)).size).toBe(2);
    expect(latestRun(asked.view)?.state).toBe('succeeded');
    await expectNothingLost(asked);
  });

  test.concurrent('arguments that are no JSON are told to the model, twice; then the run ends', async () => {
    const bad = '[[badtool read_file]]';
    const [twice, thrice] = await Promise.all([
      ask(person.client, `${bad} [[say one]] ${bad} [[say done]]`),
      ask(person.client, `${bad} [[say one]] ${bad} [[say two]] ${bad} [[say three]]`),
    ]);

    expect(latestRun(twice.view)?.state).toBe('succeeded');
    expect(latestRun(thrice.view)).toMatchObject({ state: 'failed', error: { code: 'provider.invalid_data' } });
    expect(answerText(thrice.view)).not.toContain('three');
    await expectNothingLost(twice);
    await expectNothingLost(thrice);
  });

  test('an answer without an end is given up, and does not stay in memory', async () => {
    const residentMiB = async () => {
      const status = await readFile(`/proc/${program.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    };
    await ask(person.client, '[[endless]]');
    const before = await residentMiB();
    for (const _ of upTo(3)) {
      const asked = await ask(person.client, '[[endless]]');
      expect(latestRun(asked.view)).toMatchObject({ state: 'failed', error: { code: 'provider.invalid_data' } });
      expect(latestRun(asked.view)?.error?.message).toContain('without an end');
      expect(requestsFor(asked).map(({ state }) => state)).toEqual(['aborted']);
    }
    expect((await residentMiB()) - before).toBeLessThan(150);
  });
});

test.concurrent('FI-13: a provider that falls silent is given up, its late words are not heard, and no request is left behind', async () => {
  const asked = await ask(person.client, `[[tokens 40 @0]] [[pause 20 ${(stallSeconds + 6) * 1000}]]`);

  const run = latestRun(asked.view);
  expect(run).toMatchObject({ state: 'failed', error: { code: 'provider.stalled', retryable: true } });
  const silentMs = Date.parse(run?.finishedAt ?? '') - Date.parse(run?.startedAt ?? '');
  expect(silentMs).toBeGreaterThanOrEqual(stallSeconds * 1000);
  expect(silentMs).toBeLessThan((stallSeconds + 6) * 1000);
  await expect.poll(() => requestsFor(asked).map(({ state }) => state)).toEqual(['aborted']);

  // Longer than it was silent: late words would have come by now.
  await sleep(8000);
  const later = await person.client.api.sessions.open.query({ sessionId: asked.sessionId });
  expect(wordsOf(answerText(later))).toEqual(upTo(20));
  expect(latestRun(later)?.state).toBe('failed');
  await expectNothingLost(asked);
});
