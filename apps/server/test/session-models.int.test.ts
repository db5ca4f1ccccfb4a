import { sentDto } from '@atelier/contracts/messages';
import type { ModelChoice } from '@atelier/contracts/model-choice';
import { providerList } from '@atelier/contracts/providers';
import { type SessionDto, sessionDto } from '@atelier/contracts/sessions';
import { type Transcript, transcript } from '@atelier/contracts/transcript';
import { newId } from '@atelier/kernel/ids';
import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, call, refusal } from './calls.ts';
import { addModels, newChain, newProvider } from './model-arrangements.ts';
import { newOwner, newPerson, newSession, type Person, send, takeOver, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

let running: RunningProgram;
let server: ModelServer;
let ada: Person;
let providerId: string;
let usual: string;
let other: string;
let session: SessionDto;

beforeAll(async () => {
  running = await startProgram();
  server = await startModelServer({ models: ['usual', 'other'] });
  ada = await newOwner(running);
});
beforeEach(async () => {
  await running.database.pool.query(`DELETE FROM model_chains`);
  await running.database.pool.query(`DELETE FROM model_providers`);
  ({ id: providerId } = await newProvider(running, ada, { baseUrl: server.url, apiKey: server.key }));
  const added = await addModels(running, ada, providerId, 'usual', 'other');
  [usual = '', other = ''] = added.map(({ id }) => id);
  session = await newSession(running, ada);
});
afterAll(async () => {
  await running.stop();
  await server[Symbol.asyncDispose]();
  expect(running.errors).toEqual([]);
});

const choose = (model: object | null, by: Person = ada) =>
  ask(running, by, 'sessions.setModel', { sessionId: session.id, model }, sessionDto);
const opened = (id: string = session.id): Promise<Transcript> =>
  ask(running, ada, 'sessions.open', { sessionId: id }, transcript);

/** Who answered the next message, and what was said about it in the answer. */
async function nextAnswer(id: string = session.id) {
  const { runId } = await send(running, ada, id, '[[say hello]]');
  await untilRun(running, runId, 'succeeded');
  const answer = (await opened(id)).messages.at(-1);
  const notices = answer?.parts.flatMap((part) => (part.type === 'notice' ? [part] : []));
  return { model: answer?.run?.model, notices };
}

test('what is chosen for a session answers from the next message on, and every viewer is told', async () => {
  const chain = await newChain(running, ada, 'chains', other, usual);
  expect(session.model).toBeNull();
  expect(await nextAnswer()).toEqual({ model: 'usual', notices: [] });

  const before = (await opened()).seq;
  const chosen = await choose({ kind: 'model', modelId: other });
  expect(chosen.model).toEqual({ choice: { kind: 'model', modelId: other }, name: 'other' });
  const { rows } = await running.database.pool.query(
    `SELECT type, payload FROM session_events WHERE session_id = $1 AND seq > $2`,
    [session.id, before],
  );
  expect(rows).toMatchObject([{ type: 'session.updated', payload: { session: { model: chosen.model } } }]);
  expect(await nextAnswer()).toEqual({ model: 'other', notices: [] });

  expect((await choose({ kind: 'chain', chainId: chain.id })).model?.name).toBe('Chain');
  expect(await nextAnswer()).toEqual({ model: 'other', notices: [] });
  expect((await choose(null)).model).toBeNull();
  expect(await nextAnswer()).toEqual({ model: 'usual', notices: [] });
});

test('a new session may begin with it, and keeps it when it is renamed or forked', async () => {
  const model: ModelChoice = (await choose({ kind: 'model', modelId: other })).model?.choice ?? expect.fail();
  const made = await ask(running, ada, 'sessions.create', { clientId: newId(), model }, sessionDto);
  expect(made.model).toEqual({ choice: model, name: 'other' });
  const renamed = await ask(running, ada, 'sessions.rename', { sessionId: made.id, title: 'Kept' }, sessionDto);
  expect(renamed.model).toEqual(made.model);
  expect(await nextAnswer(made.id)).toEqual({ model: 'other', notices: [] });
  const messageId = (await opened(made.id)).messages.at(-1)?.id;
  const fork = { sessionId: made.id, messageId, clientId: newId() };
  expect((await ask(running, ada, 'sessions.fork', fork, sessionDto)).model).toEqual(made.model);
});

test.each([
  ['is switched off', () => call(running, 'models.update', { modelId: other, isEnabled: false }, ada), true],
  ['is removed', () => call(running, 'models.remove', { modelId: other }, ada), false],
])('where it %s, what is usual answers and says so', async (_how, end, isKept) => {
  await choose({ kind: 'model', modelId: other });
  expect((await end()).status).toBe(200);

  const text = 'other was chosen for this session and cannot be used now. usual answers instead.';
  const notice = { type: 'notice', step: 0, kind: 'model_gone', text };
  expect(await nextAnswer()).toEqual({ model: 'usual', notices: [notice] });
  expect((await opened()).session.model).toEqual({
    choice: isKept ? { kind: 'model', modelId: other } : null,
    name: 'other',
  });
  await choose(null);
  expect(await nextAnswer()).toEqual({ model: 'usual', notices: [] });
});

test('what the organisation may not use cannot be chosen', async () => {
  const bea = await newPerson(running, 'Bea');
  const theirs = await newChain(running, bea, 'chains', usual);
  await call(running, 'models.update', { modelId: other, isEnabled: false }, ada);
  for (const [model, code] of [
    [{ kind: 'model', modelId: other }, 'model.not_found'],
    [{ kind: 'model', modelId: newId() }, 'model.not_found'],
    [{ kind: 'chain', chainId: theirs.id }, 'chain.not_found'],
  ] as const) {
    const set = await refusal(running, ada, 'sessions.setModel', { sessionId: session.id, model });
    const made = await refusal(running, ada, 'sessions.create', { clientId: newId(), model });
    expect([set.code, made.code]).toEqual([code, code]);
  }
  const input = { sessionId: session.id, model: { kind: 'model', modelId: usual } };
  expect((await refusal(running, bea, 'sessions.setModel', input)).code).toBe('session.not_found');
  const stale = { ...input, version: session.version - 1 };
  expect((await refusal(running, ada, 'sessions.setModel', stale)).code).toBe('session.stale');
});

describe('an answer that is asked for again', () => {
  const again = async (runId: string, more: object = {}, procedure = 'runs.retry') => {
    const sent = await ask(running, ada, procedure, { runId, clientId: newId(), ...more }, sentDto);
    await untilRun(running, sent.runId, 'succeeded');
    const answer = (await opened()).messages.at(-1);
    return { runId: sent.runId, model: answer?.run?.model, parts: answer?.parts };
  };

  test('may be of another model, this once: continued it stays with it, and what is chosen for the session stays', async () => {
    const chain = await newChain(running, ada, 'chains', other, usual);
    const first = await send(running, ada, session.id, '[[say hello]]');
    await untilRun(running, first.runId, 'succeeded');

    const byOther = await again(first.runId, { model: { kind: 'model', modelId: other } });
    expect(byOther.model).toBe('other');
    expect(server.requests.at(-1)?.body).toMatchObject({ model: 'other' });
    const continued = await again(byOther.runId, {}, 'runs.continue');
    expect(continued.model).toBe('other');
    expect((await again(continued.runId)).model).toBe('usual');

    const latest = (await opened()).messages.at(-1)?.run?.id ?? '';
    expect((await again(latest, { model: { kind: 'chain', chainId: chain.id } })).model).toBe('other');
    expect((await opened()).session.model).toBeNull();
    expect(await nextAnswer()).toEqual({ model: 'usual', notices: [] });
  });

  test('goes on with that model when its worker is lost', async () => {
    await using second = await startProgram({ beside: running, roles: { server: false, worker: true } });
    const first = await send(running, ada, session.id, '[[tokens 60 @20/s]]');
    await untilRun(running, first.runId, 'running');
    await call(running, 'runs.stop', { runId: first.runId }, ada);
    await untilRun(running, first.runId, 'cancelled');
    const input = { runId: first.runId, clientId: newId(), model: { kind: 'model', modelId: other } };
    const { runId } = await ask(running, ada, 'runs.retry', input, sentDto);
    await untilRun(running, runId, 'running');
    await takeOver(second, runId);
    await untilRun(running, runId, 'succeeded');

    const { rows } = await running.database.pool.query(`SELECT attempt, model FROM runs WHERE id = $1`, [runId]);
    expect(rows).toEqual([{ attempt: 2, model: 'other' }]);
    expect(server.requests.at(-1)?.body).toMatchObject({ model: 'other' });
  });

  test('is of what is usual, and says so, where that model is gone when it begins', async () => {
    const first = await send(running, ada, session.id, '[[say hello]]');
    await untilRun(running, first.runId, 'succeeded');
    const byOther = await again(first.runId, { model: { kind: 'model', modelId: other } });
    await call(running, 'models.remove', { modelId: other }, ada);

    const text = 'other was chosen for this answer and cannot be used now. usual answers instead.';
    const { model, parts } = await again(byOther.runId, {}, 'runs.continue');
    expect(model).toBe('usual');
    expect(parts).toContainEqual(expect.objectContaining({ type: 'notice', kind: 'model_gone', text }));
  });

  test('is refused of what may not be used, and of somebody else’s run nothing more is said', async () => {
    const bea = await newPerson(running, 'Bea');
    const theirs = await newChain(running, bea, 'chains', usual);
    const { runId } = await send(running, ada, session.id, '[[say hello]]');
    await untilRun(running, runId, 'succeeded');
    await call(running, 'models.update', { modelId: other, isEnabled: false }, ada);

    for (const [model, code] of [
      [{ kind: 'model', modelId: other }, 'model.not_found'],
      [{ kind: 'model', modelId: newId() }, 'model.not_found'],
      [{ kind: 'chain', chainId: theirs.id }, 'chain.not_found'],
    ] as const) {
      const input = { runId, clientId: newId(), model };
      expect((await refusal(running, ada, 'runs.retry', input)).code).toBe(code);
      expect((await refusal(running, bea, 'runs.retry', input)).code).toBe('run.not_found');
    }
    expect((await opened()).messages).toHaveLength(2);
    expect((await opened()).messages.at(-1)?.run?.id).toBe(runId);
  });
});

test('how a provider last answered is told by every process', async () => {
  await using other = await startProgram({ beside: running, roles: { server: true, worker: false } });
  const health = async () => (await ask(other, ada, 'providers.list', undefined, providerList)).items[0]?.health;
  expect(await health()).toMatchObject({ state: 'unknown', lastAnsweredAt: null });

  await nextAnswer();
  await expect.poll(health).toMatchObject({ state: 'healthy', lastFailedAt: null, restsUntil: null });
  const { runId } = await send(running, ada, session.id, '[[status 401]]');
  await untilRun(running, runId, 'failed');
  await expect.poll(health).toMatchObject({ state: 'failing', lastError: 'provider.auth', restsUntil: null });
  for (let failures = 1; failures < 5; failures += 1) {
    const { runId } = await send(running, ada, session.id, '[[status 401]]');
    await untilRun(running, runId, 'failed');
  }
  await expect.poll(health).toMatchObject({ state: 'resting', restsUntil: expect.any(String) });
});
