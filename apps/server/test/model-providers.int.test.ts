import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { modelDto, modelList } from '@atelier/contracts/models';
import {
  accessDto,
  fetchedModels,
  foundOrganisations,
  providerDto,
  providerList,
  providerTest,
} from '@atelier/contracts/providers';
import { newId } from '@atelier/kernel/ids';
import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { KeyRing } from '../src/platform/secrets/key-ring.ts';
import { addEncryptionKey, loadEncryptionKeys } from '../src/platform/secrets/key-sources.ts';
import { rewriteSealed } from '../src/platform/secrets/rewrite-sealed.ts';
import { SealedRowsRepository } from '../src/platform/secrets/sealed-rows.repository.ts';
import { createLogger } from '../src/platform/telemetry/logger.ts';
import { ask, call, procedures, refusal } from './calls.ts';
import { nowhere, validInput } from './inputs.ts';
import { addModels, newProvider, nowhereUrl } from './model-arrangements.ts';
import { newOwner, newPerson, type Person, signInTo } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

const nothing = z.strictObject({});
const key = 'sk-canary-hq7Wn2LkT9vYxRbE4ZmP';

let running: RunningProgram;
let owner: Person;
let model: ModelServer;
beforeAll(async () => {
  [running, model] = await Promise.all([startProgram(), startModelServer({ key, models: ['scripted'] })]);
  owner = await newOwner(running);
});
afterAll(async () => {
  await running.stop();
  await model.close();
  expect(running.errors).toEqual([]);
});

const list = async () => (await ask(running, owner, 'providers.list', undefined, providerList)).items;
const provider = (given: object = {}) => newProvider(running, owner, given);
const served = () => provider({ baseUrl: model.url, apiKey: key });
const connect = (input: object) => ask(running, owner, 'providers.connect', input, providerDto);
const check = (input: object) => ask(running, owner, 'providers.test', input, providerTest);

async function stored(id: string) {
  const { rows } = await running.database.pool.query(
    `SELECT base_url, key_sealed, key_last4 FROM model_providers WHERE id = $1`,
    [id],
  );
  return rows[0];
}

async function recorded(targetId: string): Promise<readonly unknown[]> {
  const { rows } = await running.database.pool.query(
    `SELECT action, actor_id AS by, change FROM audit_events
      WHERE target_id = $1 AND organisation_id = '00000000-0000-0000-0000-000000000000' ORDER BY seq`,
    [targetId],
  );
  return rows;
}

test('a provider is added, changed and removed, and each of it is recorded', async () => {
  const made = await provider({ name: 'Ours', preset: 'ollama', apiKey: key, baseUrl: ' HTTP://LocalHost:11434/v1/ ' });
  expect(made).toMatchObject({
    name: 'Ours',
    preset: 'ollama',
    baseUrl: 'http://localhost:11434/v1',
    key: { set: true, last4: key.slice(-4) },
    isEnabled: true,
    access: 'everyone',
    models: 0,
  });
  expect(await list()).toContainEqual(made);

  const change = { providerId: made.id, name: 'Theirs', isEnabled: false };
  const changed = await ask(running, owner, 'providers.update', change, providerDto);
  expect(changed).toMatchObject({ name: 'Theirs', isEnabled: false, key: made.key });
  await ask(running, owner, 'providers.remove', { providerId: made.id }, nothing);

  expect((await list()).map(({ id }) => id)).not.toContain(made.id);
  const is = { name: 'Ours', kind: 'openai_compatible', baseUrl: made.baseUrl, access: 'everyone', hasKey: true };
  const became = { ...is, name: 'Theirs', isEnabled: false };
  expect(await recorded(made.id)).toEqual([
    { action: 'provider.added', by: owner.userId, change: { after: { ...is, isEnabled: true } } },
    {
      action: 'provider.changed',
      by: owner.userId,
      change: { before: { ...is, isEnabled: true }, after: { ...became, isKeyChanged: false } },
    },
    { action: 'provider.removed', by: owner.userId, change: { before: became } },
  ]);
});

describe('AT-63: a key', () => {
  test('does not go along to another address', async () => {
    const { id } = await provider({ apiKey: key });
    const moved = await connect({ providerId: id, baseUrl: 'https://evil.example/v1' });

    expect(moved).toMatchObject({ baseUrl: 'https://evil.example/v1', key: { set: false, last4: null } });
    expect(await stored(id)).toEqual({ base_url: 'https://evil.example/v1', key_sealed: null, key_last4: null });
  });

  test('does not go along to another path, or come back with the old address', async () => {
    const { id } = await provider({ apiKey: key });
    await connect({ providerId: id, baseUrl: `${nowhereUrl}/proxy` });
    expect((await connect({ providerId: id, baseUrl: nowhereUrl })).key.set).toBe(false);
  });

  test('stays where the address stays, however it is written', async () => {
    const { id, key: before } = await provider({ apiKey: key });
    expect((await connect({ providerId: id, baseUrl: ' HTTP://127.0.0.1:9/v1/ ' })).key).toEqual(before);
    expect((await connect({ providerId: id })).key).toEqual(before);
  });

  test('is replaced, is taken away, and comes with the address it is for', async () => {
    const { id } = await provider({ apiKey: key });
    expect((await connect({ providerId: id, apiKey: `${key}-2` })).key).toEqual({ set: true, last4: 'mP-2' });
    expect((await connect({ providerId: id, apiKey: null })).key.set).toBe(false);
    const moved = await connect({ providerId: id, baseUrl: 'https://new.example/v1', apiKey: `${key}-3` });
    expect(moved).toMatchObject({ baseUrl: 'https://new.example/v1', key: { set: true, last4: 'mP-3' } });
    expect(JSON.stringify(await recorded(id))).not.toContain(key);
  });

  test('wants a person who has proved lately who they are', async () => {
    const late = await signInTo(running, owner, (await newPerson(running)).organisationId, {
      authenticatedAt: new Date(Date.now() - 16 * 60_000),
    });
    const { id } = await provider({ apiKey: key });
    for (const [procedure, input] of [
      ['providers.connect', { providerId: id, apiKey: 'another' }],
      ['providers.create', { name: 'New', kind: 'openai', baseUrl: nowhereUrl }],
    ] as const) {
      expect((await refusal(running, { token: late }, procedure, input)).code).toBe('auth.confirmation_required');
    }
    const renamed = { providerId: id, name: 'Renamed' };
    expect((await call(running, 'providers.update', renamed, { token: late })).status).toBe(200);
    expect((await stored(id))?.key_sealed).not.toBeNull();
  });

  test('of which four characters would be too much is not shown at all', async () => {
    expect((await provider({ apiKey: 'short-key' })).key).toEqual({ set: true, last4: null });
  });
});

test('AT-08: a key is in no answer, no log line and no column as it is', async () => {
  const lines: unknown[] = [];
  const { log } = running.program;
  const note = (...args: unknown[]) => void lines.push(args);
  const spies = [
    vi.spyOn(log, 'debug').mockImplementation(note),
    vi.spyOn(log, 'info').mockImplementation(note),
    vi.spyOn(log, 'warn').mockImplementation(note),
  ];
  const { id } = await served();
  const texts: string[] = [];
  const stranger = await newPerson(running);
  await check({ providerId: id, model: model.model });
  for (const { token } of [owner, stranger]) {
    for (const [name, { type }] of procedures) {
      if (type !== 'query') continue;
      const input = {
        ...validInput(name, nowhere()),
        ...(/^(models|providers)\./.test(name) ? { providerId: id } : {}),
      };
      texts.push(
        (await call(running, name, input, { token })).text,
        (await call(running, name, validInput(name, nowhere()), { token })).text,
      );
    }
    texts.push((await call(running, 'audit.list', { scope: 'installation', limit: 200 }, { token })).text);
    texts.push((await call(running, 'providers.fetchModels', { providerId: id }, { token })).text);
    texts.push((await call(running, 'providers.connect', { providerId: id, apiKey: key, more: key }, { token })).text);
  }
  for (const spy of spies) spy.mockRestore();
  const { rows } = await running.database.pool.query(
    `SELECT to_jsonb(p)::text AS row FROM model_providers p UNION ALL SELECT to_jsonb(e)::text FROM audit_events e`,
  );
  const sealed = String((await stored(id))?.key_sealed);

  expect(texts.join('')).toContain(id);
  const seen = [...texts, JSON.stringify([lines, running.errors])].join('\n');
  for (const secret of [key, encodeURIComponent(key), Buffer.from(key).toString('base64').slice(0, -4), sealed]) {
    expect(seen.includes(secret), secret).toBe(false);
  }
  expect(JSON.stringify(rows)).not.toContain(key);
});

test('V-22: a key of a provider is sealed anew by the rotation, and still opens', async () => {
  const { id } = await served();
  const { db } = running.program.postgres;
  await addEncryptionKey(running.dataDirectory);
  const keys = new KeyRing(await loadEncryptionKeys(null, running.dataDirectory));
  const before = await stored(id);

  const { unreadable } = await rewriteSealed({
    db,
    rows: new SealedRowsRepository(db),
    keys,
    log: createLogger('silent'),
  });

  expect(unreadable).toBe(0);
  expect(before?.key_sealed.startsWith(keys.currentPrefix)).toBe(false);
  expect((await stored(id))?.key_sealed.startsWith(keys.currentPrefix)).toBe(true);
  expect(await check({ providerId: id })).toMatchObject({ ok: true });
});

describe('the test button', () => {
  test('says that it works, and asks the model for a word when one is named', async () => {
    const { id } = await served();
    const works = { ok: true, code: 'ok', latencyMs: expect.any(Number) };
    expect(await check({ providerId: id })).toMatchObject(works);
    const before = model.requests.length;
    expect(await check({ providerId: id, model: model.model })).toMatchObject(works);
    expect(model.requests.length).toBe(before + 1);
  });

  test.each([
    ['openai', () => model.url],
    ['openai_compatible', () => model.url],
    ['anthropic', () => model.url],
    ['google', () => model.googleUrl],
  ])('works for %s', async (kind, baseUrl) => {
    const { id } = await provider({ kind, baseUrl: baseUrl(), apiKey: key });
    expect(await check({ providerId: id, model: model.model })).toMatchObject({ ok: true, code: 'ok' });
    const fetched = await ask(running, owner, 'providers.fetchModels', { providerId: id }, fetchedModels);
    expect(fetched.models.map(({ name }) => name)).toContain(model.model);
    await connect({ providerId: id, apiKey: 'wrong' });
    expect(await check({ providerId: id })).toMatchObject({ ok: false, code: 'provider.auth' });
  });

  test.each([
    ['another key', () => ({ baseUrl: model.url, apiKey: 'wrong' }), 'provider.auth'],
    ['no key', () => ({ baseUrl: model.url }), 'provider.auth'],
    ['an address where nobody listens', () => ({ apiKey: key }), 'provider.unreachable'],
    ['a wrong path', () => ({ baseUrl: `${model.url}/v2`, apiKey: key }), 'provider.model_not_found'],
    ['what is no provider', () => ({ baseUrl: running.url, apiKey: key }), 'provider.invalid_data'],
    ['metadata of a cloud', () => ({ baseUrl: 'http://169.254.169.254/v1' }), 'provider.address_refused'],
    ['the same in other digits', () => ({ baseUrl: 'http://0xA9FEA9FE/v1' }), 'provider.address_refused'],
  ])('says of %s what to look at, and nothing that is secret', async (_what, given, code) => {
    const { id, baseUrl } = await provider(given());
    const answer = await call(running, 'providers.test', { providerId: id }, { token: owner.token });
    expect(answer.text).toContain(`"code":"${code}"`);
    for (const secret of [key, baseUrl, new URL(baseUrl).host, 'Incorrect', 'ECONN']) {
      expect(answer.text).not.toContain(secret);
    }
  });

  test('says that a model is not known', async () => {
    const { id } = await served();
    expect(await check({ providerId: id, model: 'no such model' })).toMatchObject({
      ok: false,
      code: 'provider.model_not_found',
    });
  });

  test('says that a key can be read no more', async () => {
    const { id } = await served();
    await running.database.pool.query(
      `UPDATE model_providers SET key_sealed = 'v9.' || repeat('A', 80) WHERE id = $1`,
      [id],
    );
    expect(await check({ providerId: id })).toMatchObject({ ok: false, code: 'provider.key_lost' });
    await ask(running, owner, 'providers.remove', { providerId: id }, nothing);
  });
});

describe('models', () => {
  test('are fetched, added in one go and once, priced, and removed', async () => {
    const { id } = await served();
    const fetched = () => ask(running, owner, 'providers.fetchModels', { providerId: id }, fetchedModels);
    expect(await fetched()).toMatchObject({ ok: true, models: [{ name: model.model, isAdded: false }] });

    const [added] = await addModels(running, owner, id, model.model, 'other');
    expect(await addModels(running, owner, id, 'other', 'third')).toMatchObject([
      { name: model.model, label: model.model },
      { name: 'other' },
      { name: 'third', price: null, contextWindow: null, isEnabled: true },
    ]);
    expect((await fetched()).models).toMatchObject([{ isAdded: true }]);
    const modelId = added?.id ?? '';
    const price = { input: 3_000_000, output: 15_000_000, cachedInput: 300_000 };
    const change = { modelId, label: 'Best', price, contextWindow: 200_000, isEnabled: false };
    expect(await ask(running, owner, 'models.update', change, modelDto)).toEqual({
      ...added,
      ...change,
      modelId: undefined,
      id: modelId,
    });
    const unpriced = await ask(running, owner, 'models.update', { modelId, price: null }, modelDto);
    expect(unpriced).toMatchObject({ label: 'Best', price: null, contextWindow: 200_000 });
    await ask(running, owner, 'models.remove', { modelId }, nothing);

    const left = await ask(running, owner, 'models.list', { providerId: id }, modelList);
    expect(left.items.map(({ name }) => name)).toEqual(['other', 'third']);
    expect(await recorded(modelId)).toMatchObject([
      {
        action: 'model.changed',
        change: { before: { label: model.model, price: null }, after: { label: 'Best', price } },
      },
      { action: 'model.changed', change: { before: { price }, after: { price: null } } },
      { action: 'model.removed', change: { before: { name: model.model } } },
    ]);
    expect((await recorded(id)).slice(1)).toMatchObject([
      { action: 'models.added', change: { after: { names: [model.model, 'other'] } } },
      { action: 'models.added', change: { after: { names: ['third'] } } },
    ]);
  });

  test('that a provider makes up to do harm are left out', async () => {
    const names = ['a\u0000b', 'turned \u202e around', ' ', 'fine'];
    const server = createServer((_request, response) => response.end(JSON.stringify(names.map((id) => ({ id })))));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    // A bound TCP server's address is never a pipe's name.
    const { port } = server.address() as AddressInfo;
    const { id } = await provider({ baseUrl: `http://127.0.0.1:${port}/v1` });

    const fetched = await ask(running, owner, 'providers.fetchModels', { providerId: id }, fetchedModels);

    expect(fetched.models.map(({ name }) => name)).toEqual(['fine']);
    server.closeAllConnections();
    server.close();
  });

  test('end at five hundred for one provider', async () => {
    const { id } = await provider();
    const batch = (from: number, size: number) => Array.from({ length: size }, (_, n) => `model ${from + n}`);
    await addModels(running, owner, id, ...batch(0, 200));
    await addModels(running, owner, id, ...batch(200, 200));
    const input = { providerId: id, models: batch(400, 101).map((name) => ({ name })) };
    expect((await refusal(running, owner, 'models.add', input)).code).toBe('model.too_many');
    expect(await addModels(running, owner, id, ...batch(400, 100))).toHaveLength(500);
    await ask(running, owner, 'providers.remove', { providerId: id }, nothing);
  });
});

describe('access', () => {
  test('is given to organisations by name, and recorded', async () => {
    const { id } = await provider();
    const other = await newPerson(running);
    const organisationId = newId();
    await running.database.pool.query(
      `INSERT INTO organisations (id, name, kind, created_at) VALUES ($1, '100% Bureau', 'shared', now())`,
      [organisationId],
    );
    const found = await ask(running, owner, 'providers.findOrganisations', { search: '0% bur' }, foundOrganisations);
    expect(found.items).toEqual([{ id: organisationId, name: '100% Bureau', kind: 'shared' }]);

    const named = { access: 'some', organisationIds: [organisationId, other.organisationId] };
    const set = await ask(running, owner, 'providers.setAccess', { providerId: id, ...named }, accessDto);
    expect(set.organisations.map(({ id }) => id)).toEqual([organisationId, other.organisationId]);
    expect(await ask(running, owner, 'providers.access', { providerId: id }, accessDto)).toEqual(set);
    expect((await list()).find((one) => one.id === id)).toMatchObject({ access: 'some', organisations: 2 });

    const wrong = { providerId: id, access: 'some', organisationIds: [newId()] };
    expect((await refusal(running, owner, 'providers.setAccess', wrong)).code).toBe('organisation.not_found');
    expect(await ask(running, owner, 'providers.access', { providerId: id }, accessDto)).toEqual(set);
    expect((await recorded(id)).slice(1)).toEqual([
      {
        action: 'provider.access_changed',
        by: owner.userId,
        change: {
          before: { access: 'everyone', organisations: [] },
          after: { access: 'some', organisations: [organisationId, other.organisationId] },
        },
      },
    ]);
  });
});

describe('what is wrong is refused', () => {
  const good = { name: 'Lab', kind: 'openai', baseUrl: 'https://api.example.com/v1' };
  test.each([
    { ...good, baseUrl: 'ftp://example.com' },
    { ...good, baseUrl: 'file:///etc/passwd' },
    { ...good, baseUrl: 'https://me:secret@example.com/v1' },
    { ...good, baseUrl: 'https://example.com/v1?key=secret' },
    { ...good, baseUrl: 'https://example.com/v1#x' },
    { ...good, baseUrl: 'example.com' },
    { ...good, baseUrl: `https://example.com/${'x'.repeat(500)}` },
    { ...good, apiKey: 'two words' },
    { ...good, apiKey: 'line\r\nx-injected: 1' },
    { ...good, apiKey: 'schlüssel' },
    { ...good, apiKey: '' },
    { ...good, name: '' },
    { ...good, kind: 'azure' },
    { ...good, preset: 'nobody' },
    { ...good, access: 'none' },
    { ...good, isEnabled: true },
  ])('%j', async (input) => {
    const refused = await refusal(running, owner, 'providers.create', input);
    expect(refused.code).toBe('request.invalid');
    expect(JSON.stringify(refused)).not.toMatch(/secret|injected/);
  });

  test('what is not there is not found', async () => {
    for (const name of procedures.keys()) {
      if (!/^(providers|models)\./.test(name) || /(list|create|findOrganisations|available)$/.test(name)) continue;
      expect((await refusal(running, owner, name, validInput(name, nowhere()))).code).toMatch(
        /^(provider|model)\.not_found$/,
      );
    }
    expect((await refusal(running, owner, 'models.list', { providerId: newId() })).code).toBe('provider.not_found');
  });
});

test('fifty providers are enough', async () => {
  for (let n = (await list()).length; n < 50; n += 1) await provider();
  const input = { name: 'One more', kind: 'openai', baseUrl: nowhereUrl };
  expect((await refusal(running, owner, 'providers.create', input)).code).toBe('provider.too_many');
});
