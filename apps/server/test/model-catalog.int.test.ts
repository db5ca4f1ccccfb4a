import type { ModelSpec } from '@atelier/agent/models/model-spec';
import { availableModels } from '@atelier/contracts/available-models';
import { chainDto, chainList } from '@atelier/contracts/chains';
import { uploadDto } from '@atelier/contracts/files';
import { sentDto } from '@atelier/contracts/messages';
import { modelList } from '@atelier/contracts/models';
import { transcript } from '@atelier/contracts/transcript';
import { newId } from '@atelier/kernel/ids';
import { startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ask, call, refusal } from './calls.ts';
import { addModels, newChain, newProvider, nowhereUrl } from './model-arrangements.ts';
import { newOwner, newPerson, newSession, type Person, send, signInTo, untilRun, upload } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

const nothing = z.strictObject({});
const key = 'sk-canary-Zb8uQm3XwT1nKcVy6LsR';
const system = { principal: { kind: 'system' } } as const;

let running: RunningProgram;
/** Owner of the installation, and of an organisation of their own. */
let owner: Person;
/** Has an organisation of their own and nothing else. */
let stranger: Person;
beforeAll(async () => {
  running = await startProgram({ env: { OPENAI_BASE_URL: nowhereUrl, OPENAI_API_KEY: 'of-env', MODEL: 'env-model' } });
  owner = await newOwner(running);
  stranger = await newPerson(running, 'Bea');
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});
beforeEach(async () => {
  await running.database.pool.query(`DELETE FROM model_chains`);
  await running.database.pool.query(`DELETE FROM model_providers`);
});

const names = (specs: readonly ModelSpec[]) => specs.map(({ id }) => id);

async function resolve(
  who: Person,
  wanted: { readonly chainId?: string; readonly modelId?: string } = {},
  from: RunningProgram = running,
): Promise<readonly ModelSpec[]> {
  const { chainId = null, modelId = null } = wanted;
  return await from.program.services.modelCatalog.resolve(system, {
    organisationId: who.organisationId,
    chainId,
    modelId,
  });
}

const available = (who: { readonly token: string }) =>
  ask(running, who, 'models.available', undefined, availableModels);
const change = (procedure: string, input: object, by: { readonly token: string } = owner) =>
  call(running, procedure, input, { token: by.token }).then(({ status }) => expect(status).toBe(200));
const setDefault = (by: Person, router: 'chains' | 'installationChains', chainId: string | null) =>
  ask(running, by, `${router}.setDefault`, { chainId }, nothing);

/** A provider with models of these names. Returns their ids. */
async function models(names: readonly string[], given: object = {}) {
  const { id } = await newProvider(running, owner, { apiKey: key, ...given });
  const added = await addModels(running, owner, id, ...names);
  return { providerId: id, ids: added.map(({ id }) => id) };
}

async function recorded(organisationId: string): Promise<readonly unknown[]> {
  const { rows } = await running.database.pool.query(
    `SELECT action, actor_id AS by, target_id AS target, change FROM audit_events
      WHERE organisation_id = $1 AND action LIKE 'chain.%' ORDER BY seq DESC`,
    [organisationId],
  );
  return rows;
}

describe('which models answer', () => {
  test('is decided by what was chosen, the defaults, the oldest model, and the environment, in this order', async () => {
    expect(await resolve(owner)).toMatchObject([
      { id: 'env-model', provider: { id: 'environment', baseUrl: nowhereUrl, apiKey: 'of-env' } },
    ]);
    const { ids } = await models(['a', 'b', 'c', 'd']);
    const [a = '', b = '', c = '', d = ''] = ids;
    expect(names(await resolve(owner))).toEqual(['a']);

    const ofAll = await newChain(running, owner, 'installationChains', d, c);
    expect(names(await resolve(owner))).toEqual(['a']);
    await setDefault(owner, 'installationChains', ofAll.id);
    expect(names(await resolve(owner))).toEqual(['d', 'c']);

    const own = await newChain(running, owner, 'chains', c, b, a);
    await setDefault(owner, 'chains', own.id);
    expect(names(await resolve(owner))).toEqual(['c', 'b', 'a']);
    expect(names(await resolve(stranger))).toEqual(['d', 'c']);

    expect(names(await resolve(owner, { chainId: ofAll.id }))).toEqual(['d', 'c']);
    expect(names(await resolve(owner, { modelId: b }))).toEqual(['b']);
    expect(names(await resolve(owner, { modelId: newId() }))).toEqual(['c', 'b', 'a']);
    expect(names(await resolve(owner, { chainId: newId() }))).toEqual(['c', 'b', 'a']);
  });

  test('is the offline one when there is no other', async () => {
    await using bare = await startProgram();
    const wanted = { organisationId: newId(), chainId: null, modelId: null };
    expect(await bare.program.services.modelCatalog.resolve(system, wanted)).toEqual([]);
  });

  test('is told with all that it takes to call them', async () => {
    const { providerId, ids } = await models(['a']);
    const [modelId = ''] = ids;
    const known = {
      label: 'Model A',
      contextWindow: 1000,
      maxOutputTokens: 100,
      price: { input: 3_000_000, output: 15_000_000, cachedInput: null },
      features: { tools: true, images: true, reasoning: false },
    };
    await change('models.update', { modelId, ...known });
    const { fetch } = (await resolve(owner))[0]?.provider ?? {};
    expect(fetch).toBeTypeOf('function');
    expect(await resolve(owner)).toEqual([
      {
        id: 'a',
        ...known,
        provider: { id: providerId, name: 'Lab', kind: 'openai_compatible', baseUrl: nowhereUrl, apiKey: key, fetch },
      },
    ]);
  });

  test('leaves out what is off, and what others may use', async () => {
    const first = await models(['a', 'b']);
    const second = await models(['c']);
    const chain = await newChain(running, owner, 'installationChains', ...first.ids, ...second.ids);
    await setDefault(owner, 'installationChains', chain.id);

    await change('models.update', { modelId: first.ids[0], isEnabled: false });
    expect(names(await resolve(owner))).toEqual(['b', 'c']);
    await change('providers.setAccess', {
      providerId: first.providerId,
      access: 'some',
      organisationIds: [stranger.organisationId],
    });
    expect(names(await resolve(owner))).toEqual(['c']);
    expect(names(await resolve(owner, { modelId: first.ids[1] ?? '' }))).toEqual(['c']);
    expect(names(await resolve(stranger))).toEqual(['b', 'c']);
    await change('providers.update', { providerId: second.providerId, isEnabled: false });
    expect(names(await resolve(owner))).toEqual(['env-model']);
    expect(names(await resolve(stranger))).toEqual(['b']);
  });

  test("never takes another organisation's chain", async () => {
    const { ids } = await models(['a', 'b']);
    const theirs = await newChain(running, stranger, 'chains', ids[1] ?? '');
    expect(names(await resolve(stranger, { chainId: theirs.id }))).toEqual(['b']);
    expect(names(await resolve(owner, { chainId: theirs.id }))).toEqual(['a']);
  });

  test('goes on without a model that was removed, and without a provider whose key is lost', async () => {
    const first = await models(['a', 'b']);
    const second = await models(['c']);
    const chain = await newChain(running, owner, 'chains', ...first.ids, ...second.ids);
    await change('models.remove', { modelId: first.ids[0] });
    expect(names(await resolve(owner, { chainId: chain.id }))).toEqual(['b', 'c']);
    await running.database.pool.query(
      `UPDATE model_providers SET key_sealed = 'v9.' || repeat('A', 80) WHERE id = $1`,
      [first.providerId],
    );
    expect(names(await resolve(owner, { chainId: chain.id }))).toEqual(['c']);
    expect(running.errors.splice(0)).toEqual([{ providerId: first.providerId, reason: 'unknown_key' }]);
  });
});

test('what an administrator changes holds in another process at once, without a restart', async () => {
  await using worker = await startProgram({ beside: running, roles: { server: false, worker: true } });
  const { providerId, ids } = await models(['a', 'b']);
  expect(names(await resolve(owner, {}, worker))).toEqual(['a']);

  await change('models.update', { modelId: ids[0], isEnabled: false });
  expect(names(await resolve(owner, {}, worker))).toEqual(['b']);
  await change('providers.connect', { providerId, baseUrl: `${nowhereUrl}/new`, apiKey: `${key}-2` });
  expect((await resolve(owner, {}, worker))[0]?.provider).toMatchObject({
    baseUrl: `${nowhereUrl}/new`,
    apiKey: `${key}-2`,
  });
  await change('providers.remove', { providerId });
  expect(await resolve(owner, {}, worker)).toEqual([]);
});

test('a run is answered by what is arranged when it begins', async () => {
  await using first = await startModelServer({ models: ['first'] });
  await using second = await startModelServer({ models: ['second'] });
  const session = await newSession(running, owner);
  const answeredBy = async () => {
    const { runId } = await send(running, owner, session.id, '[[say hello]]');
    await untilRun(running, runId, 'succeeded');
    const { rows } = await running.database.pool.query(`SELECT model FROM runs WHERE id = $1`, [runId]);
    return rows[0]?.model;
  };
  const one = await models(['first'], { baseUrl: first.url, apiKey: first.key });
  expect([await answeredBy(), first.count(), second.count()]).toEqual(['first', 1, 0]);

  await models(['second'], { baseUrl: second.url, apiKey: second.key });
  await change('providers.update', { providerId: one.providerId, isEnabled: false });
  expect([await answeredBy(), first.count(), second.count()]).toEqual(['second', 1, 1]);
});

test('a picture that a person attached is shown to a model with eyes, and one that is none is not', async () => {
  await using server = await startModelServer({ models: ['eyes'] });
  const { id } = await newProvider(running, owner, { baseUrl: server.url, apiKey: server.key });
  const features = { tools: true, images: true, reasoning: false };
  await ask(running, owner, 'models.add', { providerId: id, models: [{ name: 'eyes', features }] }, modelList);
  const { id: sessionId } = await newSession(running, owner);
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const attach = async (name: string, content: Buffer) => {
    const query = { purpose: 'attachment' };
    const { body } = await upload(running, owner, sessionId, {
      name,
      content: new Uint8Array(content),
      query,
      mediaType: 'image/png',
    });
    return { type: 'file', uploadId: uploadDto.parse(body).id };
  };
  const parts = [
    { type: 'text', text: '[[images]]' },
    await attach('dot.png', png),
    await attach('lies.png', Buffer.from('<svg onload="alert(1)"/>')),
    await attach(
      'huge-claims.png',
      Buffer.concat([png.subarray(0, 16), Buffer.from('7fffffff7fffffff', 'hex'), png.subarray(24)]),
    ),
  ];

  const { runId } = await ask(running, owner, 'messages.send', { sessionId, clientId: newId(), parts }, sentDto);
  await untilRun(running, runId, 'succeeded');

  const { messages } = await ask(running, owner, 'sessions.open', { sessionId }, transcript);
  expect(messages.at(-1)?.parts).toMatchObject([{ type: 'text', text: 'I was sent 1 picture: image/png.' }]);
});

test('a conversation that fills the window is summed up in sight, and its originals stay', async () => {
  await using server = await startModelServer({ models: ['narrow'] });
  const { id } = await newProvider(running, owner, { baseUrl: server.url, apiKey: server.key });
  const narrow = { name: 'narrow', contextWindow: 8000, features: { tools: true, images: false, reasoning: false } };
  await ask(running, owner, 'models.add', { providerId: id, models: [narrow] }, modelList);
  const { id: sessionId } = await newSession(running, owner);
  const words = (word: string, count: number) => `${word} `.repeat(count);
  for (const text of [`[[say one]] ${words('first', 3300)}`, `[[say two]] ${words('second', 700)}`]) {
    const { runId } = await send(running, owner, sessionId, text);
    await untilRun(running, runId, 'succeeded');
  }

  const { messages } = await ask(running, owner, 'sessions.open', { sessionId }, transcript);
  const { seq } = messages[1] ?? {};
  expect(messages.at(-1)?.parts).toMatchObject([
    { type: 'summary', upTo: { seq, step: null } },
    { type: 'text', text: 'two' },
  ]);
  expect(JSON.stringify(messages[0])).toContain('first first');
  const [, summing, answering] = server.requests.map(({ body }) => JSON.stringify(body));
  expect(summing).toContain('first first');
  expect(answering).not.toContain('first first');
  expect(answering).toContain('second second');
  const { rows } = await running.database.pool.query(`SELECT calls FROM daily_usage WHERE model = 'narrow'`);
  expect(rows).toEqual([{ calls: 3 }]);
});

describe('what may be chosen', () => {
  test('is shown to everybody, without a key or an address', async () => {
    const { ids } = await models(['a', 'b'], { baseUrl: 'http://inside.example:8000/v1' });
    const chain = await newChain(running, owner, 'installationChains', ...ids);
    await setDefault(owner, 'installationChains', chain.id);
    const viewer = {
      token: await signInTo(running, await newPerson(running), owner.organisationId, { role: 'viewer' }),
    };

    const answer = await call(running, 'models.available', undefined, { token: viewer.token });

    expect(await available(viewer)).toEqual({
      models: ids.map((id, n) => ({
        id,
        label: ['a', 'b'][n],
        provider: 'Lab',
        contextWindow: null,
        maxOutputTokens: null,
        price: null,
        features: { tools: true, images: false, reasoning: false },
        largestPicture: null,
      })),
      chains: [{ id: chain.id, name: 'Chain', scope: 'installation', isDefault: true, modelIds: ids }],
      standard: { label: 'a', contextWindow: null, largestPicture: null },
    });
    for (const secret of [key, key.slice(-4), 'inside.example', '8000']) expect(answer.text).not.toContain(secret);
  });

  test('AT-06: is no other organisation’s', async () => {
    const marker = 'marker-of-the-other-lab';
    const { providerId, ids } = await models([marker], { access: 'some', name: marker });
    expect(JSON.stringify(await available(owner))).not.toContain(marker);
    await change('providers.setAccess', { providerId, access: 'some', organisationIds: [owner.organisationId] });
    const own = await ask(running, owner, 'chains.create', { name: marker, modelIds: ids }, chainDto);

    expect(JSON.stringify(await available(owner))).toContain(marker);
    expect(JSON.stringify(await available(stranger))).not.toContain(marker);
    expect(await ask(running, stranger, 'chains.list', undefined, chainList)).toEqual({ items: [] });
    const refused = await refusal(running, stranger, 'chains.create', { name: 'Mine', modelIds: ids });
    const unknown = await refusal(running, stranger, 'chains.create', { name: 'Mine', modelIds: [newId()] });
    expect(refused).toEqual(unknown);
    for (const [procedure, input] of [
      ['chains.update', { name: 'Taken' }],
      ['chains.setDefault', {}],
      ['chains.remove', {}],
    ] as const) {
      const theirs = await call(running, procedure, { chainId: own.id, ...input }, { token: stranger.token });
      const none = await call(running, procedure, { chainId: newId(), ...input }, { token: stranger.token });
      expect([theirs.status, theirs.text]).toEqual([404, none.text]);
    }
    expect(await ask(running, owner, 'chains.list', undefined, chainList)).toEqual({ items: [own] });
  });
});

describe('chains', () => {
  test('of an organisation are made, changed, chosen and removed, and its record says so', async () => {
    const { ids } = await models(['a', 'b']);
    const [a = '', b = ''] = ids;
    const made = await newChain(running, owner, 'chains', a, b);
    expect(made).toMatchObject({
      scope: 'organisation',
      isDefault: false,
      models: [
        { id: a, label: 'a', provider: 'Lab', isUsable: true },
        { id: b, label: 'b', provider: 'Lab', isUsable: true },
      ],
    });
    const changed = await ask(
      running,
      owner,
      'chains.update',
      { chainId: made.id, name: 'Turned', modelIds: [b, a] },
      chainDto,
    );
    expect([changed.name, changed.models.map(({ id }) => id)]).toEqual(['Turned', [b, a]]);
    await setDefault(owner, 'chains', made.id);
    await setDefault(owner, 'chains', null);
    await ask(running, owner, 'chains.remove', { chainId: made.id }, nothing);

    expect(await ask(running, owner, 'chains.list', undefined, chainList)).toEqual({ items: [] });
    const by = owner.userId;
    const target = made.id;
    expect((await recorded(owner.organisationId)).slice(0, 5)).toEqual([
      { action: 'chain.removed', by, target, change: { before: { name: 'Turned', models: [b, a] } } },
      {
        action: 'chain.default_changed',
        by,
        target,
        change: { before: { default: target }, after: { default: null } },
      },
      {
        action: 'chain.default_changed',
        by,
        target,
        change: { before: { default: null }, after: { default: target } },
      },
      {
        action: 'chain.changed',
        by,
        target,
        change: { before: { name: 'Chain', models: [a, b] }, after: { name: 'Turned', models: [b, a] } },
      },
      { action: 'chain.created', by, target, change: { after: { name: 'Chain', models: [a, b] } } },
    ]);
  });

  test('of the installation go into its own record, and no organisation changes them', async () => {
    const { ids } = await models(['a']);
    const chain = await newChain(running, owner, 'installationChains', ...ids);
    expect((await recorded('00000000-0000-0000-0000-000000000000'))[0]).toMatchObject({
      action: 'chain.created',
      by: owner.userId,
      target: chain.id,
    });
    for (const procedure of ['chains.remove', 'chains.setDefault']) {
      expect((await refusal(running, owner, procedure, { chainId: chain.id })).code).toBe('chain.not_found');
    }
    expect((await refusal(running, stranger, 'installationChains.remove', { chainId: chain.id })).code).toBe(
      'permission.denied',
    );
  });

  test('of an organisation are out of the reach of those who run the installation', async () => {
    const { ids } = await models(['a']);
    const theirs = await newChain(running, stranger, 'chains', ...ids);
    for (const [procedure, input] of [
      ['installationChains.update', { name: 'Taken' }],
      ['installationChains.setDefault', {}],
      ['installationChains.remove', {}],
    ] as const) {
      const refused = await refusal(running, owner, procedure, { chainId: theirs.id, ...input });
      expect(refused.code).toBe('chain.not_found');
    }
    expect(await ask(running, owner, 'installationChains.list', undefined, chainList)).toEqual({ items: [] });
    expect(await ask(running, stranger, 'chains.list', undefined, chainList)).toEqual({ items: [theirs] });
  });

  test('have one default at most, however many are chosen at once', async () => {
    const { ids } = await models(['a']);
    for (const router of ['chains', 'installationChains'] as const) {
      const chains = await Promise.all(Array.from({ length: 5 }, () => newChain(running, owner, router, ...ids)));
      await Promise.all(chains.map(({ id }) => setDefault(owner, router, id)));
      const { items } = await ask(running, owner, `${router}.list`, undefined, chainList);
      expect(items.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    }
  });

  test('show what may not be used any more', async () => {
    const { providerId, ids } = await models(['a']);
    await newChain(running, owner, 'chains', ...ids);
    await newChain(running, owner, 'installationChains', ...ids);
    await change('providers.update', { providerId, isEnabled: false });
    for (const router of ['chains', 'installationChains']) {
      const { items } = await ask(running, owner, `${router}.list`, undefined, chainList);
      expect(items[0]?.models).toMatchObject([{ label: 'a', isUsable: false }]);
    }
    expect((await available(owner)).chains).toEqual([]);
  });

  test('are refused when they are wrong, and end at fifty', async () => {
    const { ids } = await models(['a']);
    const [a = ''] = ids;
    for (const modelIds of [[], [a, a], Array.from({ length: 11 }, () => newId()), ['x']]) {
      expect((await refusal(running, owner, 'chains.create', { name: 'Chain', modelIds })).code).toBe(
        'request.invalid',
      );
    }
    for (const router of ['chains', 'installationChains'] as const) {
      const input = { name: 'Chain', modelIds: [newId()] };
      expect((await refusal(running, owner, `${router}.create`, input)).code).toBe('model.not_found');
    }
    await running.database.pool.query(
      `INSERT INTO model_chains (id, organisation_id, name, created_at)
       SELECT gen_random_uuid(), $1, 'Chain', now() FROM generate_series(1, 50)`,
      [owner.organisationId],
    );
    const input = { name: 'One more', modelIds: [a] };
    expect((await refusal(running, owner, 'chains.create', input)).code).toBe('chain.too_many');
  });
});
