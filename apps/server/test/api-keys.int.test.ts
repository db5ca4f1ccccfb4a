import { apiKeyList, apiKeyMade, organisationApiKeyList } from '@atelier/contracts/api-keys';
import { identityDto } from '@atelier/contracts/auth';
import type { Scope } from '@atelier/contracts/permissions';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, call, refusal, request, type Way, wireErrorOf } from './calls.ts';
import { newPerson, newSession, type Person, send, signInTo, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { TestSocket } from './test-socket.ts';

let running: RunningProgram;
let ada: Person;
beforeAll(async () => {
  running = await startProgram();
  ada = await newPerson(running);
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

const query = async (sql: string, ...values: unknown[]) => (await running.database.pool.query(sql, values)).rows;
const me = async (way: Way) => await call(running, 'auth.me', undefined, way);
const reasonOf = async (way: Way) => {
  const answer = await me(way);
  return answer.status === 200 ? 'ok' : `${answer.status} ${wireErrorOf(answer).details?.reason}`;
};

async function newKey(person: { readonly token: string }, scopes: readonly Scope[] = ['write'], more: object = {}) {
  return await ask(running, person, 'apiKeys.create', { name: 'Script', scopes, expiresAt: null, ...more }, apiKeyMade);
}

/** Somebody in the organisation of somebody else, signed in there. */
async function colleagueOf(owner: Person): Promise<{ readonly person: Person; readonly token: string }> {
  const person = await newPerson(running, 'Bea');
  return { person, token: await signInTo(running, person, owner.organisationId) };
}

describe('a key', () => {
  test('is shown once, kept as a hash, and listed by its end', async () => {
    const { key, apiKey } = await newKey(ada, ['read', 'read']);
    expect(key).toMatch(/^atl_[A-Za-z0-9_-]{43}$/);
    expect(apiKey).toMatchObject({ name: 'Script', hint: key.slice(-4), scopes: ['read'], lastUsedAt: null });
    const [row] = await query(`SELECT *, encode(key_hash, 'escape') AS text FROM api_keys WHERE id = $1`, apiKey.id);
    expect(JSON.stringify(row)).not.toContain(key.slice(4, -4));
    expect(row.key_hash).toHaveLength(32);
    const listed = await call(running, 'apiKeys.list', undefined, { token: ada.token });
    expect(listed.text).toContain(apiKey.id);
    expect(listed.text).not.toContain(key.slice(0, 20));
    expect(JSON.stringify(await query(`SELECT * FROM audit_events WHERE target_id = $1`, apiKey.id))).not.toContain(
      key,
    );
  });

  test('works for procedures, files and sockets, in its organisation, and gives no cookie', async () => {
    const { key, apiKey } = await newKey(ada);
    const session = await newSession(running, { token: key });
    const { runId } = await send(running, { token: key }, session.id, 'count to 3');
    await untilRun(running, runId, 'succeeded');
    const identity = await ask(running, { token: key }, 'auth.me', undefined, identityDto);
    expect(identity).toMatchObject({
      user: { id: ada.userId },
      organisation: { id: ada.organisationId },
      signInId: null,
    });
    const file = await request(
      running,
      `/api/sessions/${session.id}/files?name=a.txt`,
      { method: 'POST', body: 'a' },
      { token: key },
    );
    expect(file.status).toBe(201);
    await using socket = await TestSocket.open(running, { params: { token: key } });
    expect((await socket.ask('sessions.changes', {})).result?.type).toBe('started');
    expect((await me({ token: key })).headers.getSetCookie()).toEqual([]);
    expect((await call(running, 'auth.renew', {}, { token: key })).status).toBe(401);
    expect((await call(running, 'auth.renew', {}, { cookie: `atelier_refresh=${key}` })).status).toBe(401);
    expect((await query(`SELECT last_used_at FROM api_keys WHERE id = $1`, apiKey.id))[0].last_used_at).not.toBeNull();
  });

  test.each<[Scope, readonly number[]]>([
    ['read', [200, 403, 403]],
    ['write', [200, 200, 403]],
    ['admin', [200, 200, 200]],
  ])('for %s may do that much', async (scope, expected) => {
    const { key } = await newKey(ada, [scope]);
    const answers = [
      await call(running, 'sessions.list', {}, { token: key }),
      await call(running, 'sessions.create', { clientId: newId() }, { token: key }),
      await call(running, 'audit.list', {}, { token: key }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(expected);
  });

  test('never does what a person has to be there for', async () => {
    const { key, apiKey } = await newKey(ada, ['admin']);
    for (const [path, input] of [
      ['apiKeys.create', { name: 'x', scopes: ['read'], expiresAt: null }],
      ['apiKeys.list', undefined],
      ['apiKeys.listAll', undefined],
      ['apiKeys.revoke', { apiKeyId: apiKey.id }],
      ['apiKeys.revokeAny', { apiKeyId: apiKey.id }],
      ['auth.devices', undefined],
      ['auth.accounts', undefined],
      ['auth.signOutEverywhere', { which: 'all' }],
      ['auth.confirm', { password: 'x' }],
      ['auth.startLink', { provider: 'github' }],
      ['passkeys.list', undefined],
      ['passkeys.startRegistration', undefined],
      ['secondFactor.status', undefined],
      ['secondFactor.startTotp', undefined],
    ] as const) {
      const answer = await call(running, path, input, { token: key });
      expect([path, answer.status, wireErrorOf(answer).details?.reason]).toEqual([path, 403, 'person']);
    }
  });

  test('is not better than its person: the role counts, as it is now', async () => {
    const { person, token } = await colleagueOf(ada);
    const { key } = await newKey({ token }, ['admin']);
    const create = async () => (await call(running, 'sessions.create', { clientId: newId() }, { token: key })).status;
    expect([await create(), (await call(running, 'audit.list', {}, { token: key })).status]).toEqual([200, 403]);
    await query(
      `UPDATE memberships SET role = 'viewer' WHERE user_id = $1 AND organisation_id = $2`,
      person.userId,
      ada.organisationId,
    );
    expect(await create()).toBe(403);
    expect((await call(running, 'sessions.list', {}, { token: key })).status).toBe(200);
  });

  test('its use is noted once a minute', async () => {
    const { key, apiKey } = await newKey(ada);
    const used = async () => (await query(`SELECT last_used_at, xmin::text FROM api_keys WHERE id = $1`, apiKey.id))[0];
    await me({ token: key });
    const first = await used();
    for (let time = 0; time < 5; time += 1) await me({ token: key });
    expect(await used()).toEqual(first);
    await query(`UPDATE api_keys SET last_used_at = now() - interval '61 seconds' WHERE id = $1`, apiKey.id);
    await me({ token: key });
    expect((await used()).last_used_at.getTime()).toBeGreaterThan(first.last_used_at.getTime() - 1);
  });

  test.each<[string, object, string]>([
    ['without an end that is said', { expiresAt: undefined }, 'expiresAt'],
    ['for longer than a year', { expiresAt: new Date(Date.now() + 366 * 86_400_000).toISOString() }, 'expiresAt'],
    ['that has ended', { expiresAt: new Date(Date.now() - 1000).toISOString() }, 'expiresAt'],
    ['for nothing', { scopes: [] }, 'scopes'],
    ['for what there is not', { scopes: ['root'] }, 'scopes.0'],
    ['without a name', { name: ' ' }, 'name'],
  ])('%s is not made', async (_name, change, field) => {
    const input = { name: 'Script', scopes: ['read'], expiresAt: null, ...change };
    expect((await refusal(running, ada, 'apiKeys.create', input)).fields?.[0]?.path).toBe(field);
  });

  test('beyond fifty is not made', async () => {
    const person = await newPerson(running);
    await query(
      `INSERT INTO api_keys (id, user_id, organisation_id, name, key_hash, hint, scopes, created_at)
       SELECT gen_random_uuid(), $1, $2, 'x', sha256(gen_random_uuid()::text::bytea), 'abcd', '{read}', now() FROM generate_series(1, 50) n`,
      person.userId,
      person.organisationId,
    );
    const input = { name: 'x', scopes: ['read'], expiresAt: null };
    expect((await refusal(running, person, 'apiKeys.create', input)).code).toBe('key.too_many');
  });
});

describe('keys of an organisation', () => {
  test('everybody sees and revokes their own, administrators everybody’s, and nobody those of other organisations', async () => {
    const owner = await newPerson(running);
    const { person, token } = await colleagueOf(owner);
    const theirs = await newKey({ token });
    const own = await newKey(owner);
    const input = { apiKeyId: theirs.apiKey.id };

    const mine = await ask(running, { token }, 'apiKeys.list', undefined, apiKeyList);
    expect(mine.items.map(({ id }) => id)).toEqual([theirs.apiKey.id]);
    expect((await refusal(running, { token }, 'apiKeys.listAll', undefined)).code).toBe('permission.denied');
    expect((await refusal(running, { token }, 'apiKeys.revokeAny', { apiKeyId: own.apiKey.id })).code).toBe(
      'permission.denied',
    );
    expect((await refusal(running, { token }, 'apiKeys.revoke', { apiKeyId: own.apiKey.id })).code).toBe(
      'key.not_found',
    );
    expect((await refusal(running, person, 'apiKeys.revoke', input)).code).toBe('key.not_found');
    for (const path of ['apiKeys.revoke', 'apiKeys.revokeAny']) {
      expect((await refusal(running, ada, path, input)).code).toBe('key.not_found');
    }
    const all = await ask(running, owner, 'apiKeys.listAll', undefined, organisationApiKeyList);
    expect(all.items.map(({ id, owner: { name } }) => [id, name])).toEqual([
      [own.apiKey.id, 'Ada'],
      [theirs.apiKey.id, 'Bea'],
    ]);
    await query(
      `DELETE FROM memberships WHERE user_id = $1 AND organisation_id = $2`,
      person.userId,
      owner.organisationId,
    );
    const after = await ask(running, owner, 'apiKeys.listAll', undefined, organisationApiKeyList);
    expect(after.items.map(({ owner: { name } }) => name)).toEqual(['Ada', null]);
    expect((await call(running, 'apiKeys.revokeAny', input, { token: owner.token })).status).toBe(200);
    expect(
      await query(`SELECT action, change FROM audit_events WHERE target_id = $1 ORDER BY seq`, theirs.apiKey.id),
    ).toMatchObject([
      { action: 'api_key.created' },
      { action: 'api_key.revoked', change: { before: { owner: person.userId } } },
    ]);
  });
});

describe('AT-09: every way in', () => {
  const forbidden = (way: Way) => call(running, 'auth.devices', undefined, way);

  /** The same key or token, shown in each way there is. */
  const ways = (secret: string): readonly (readonly [name: string, way: Way])[] => [
    ['in the address', { query: { token: secret } }],
    ['in the address, as a key', { query: { api_key: secret, apiKey: secret, key: secret, access_token: secret } }],
    [
      'in the address, as a header',
      { query: { authorization: `Bearer ${secret}`, Authorization: `Bearer ${secret}` } },
    ],
    ['in the address, as a first frame', { query: { connectionParams: JSON.stringify({ token: secret }) } }],
    ['as X-API-Key', { headers: { 'x-api-key': secret } }],
    ['as Api-Key', { headers: { 'api-key': secret } }],
    ['as X-Auth-Token', { headers: { 'x-auth-token': secret } }],
    ['as another scheme', { headers: { authorization: `ApiKey ${secret}` } }],
    [
      'as a basic password',
      { headers: { authorization: `Basic ${Buffer.from(`atelier:${secret}`).toString('base64')}` } },
    ],
    ['without a scheme', { headers: { authorization: secret } }],
    ['twice', { headers: { authorization: `Bearer ${secret}, Bearer ${secret}` } }],
    ['as a proxy’s', { headers: { 'proxy-authorization': `Bearer ${secret}` } }],
    ['in a cookie', { cookie: `atelier_refresh=${secret}` }],
    ['in a cookie of its own', { cookie: `token=${secret}; apiKey=${secret}` }],
  ];

  test('a key or token shown in any way but one is nobody', async () => {
    const { key } = await newKey(ada, ['admin']);
    for (const secret of [key, ada.token]) {
      expect((await me({ token: secret })).status).toBe(200);
      for (const [name, way] of ways(secret)) {
        const answer = await me(way);
        expect([name, answer.status, wireErrorOf(answer).code]).toEqual([name, 401, 'auth.required']);
      }
      const stream = await request(
        running,
        '/trpc/sessions.changes',
        { headers: { accept: 'text/event-stream' } },
        { query: { input: '{}', token: secret } },
      );
      expect(stream.text).toContain('"auth.required"');
      for (const name of ['token', 'apiKey', 'authorization']) {
        await using socket = await TestSocket.open(running, { query: { [name]: secret } });
        expect((await socket.ask('auth.me')).error?.data.app.code).toBe('auth.required');
      }
      const headers = { authorization: `Bearer ${secret}` };
      await using byHeader = await TestSocket.open(running, { headers });
      expect((await byHeader.ask('auth.me')).error?.data.app.code).toBe('auth.required');
    }
  });

  test('the scheme may be written as RFC 9110 allows, and then it is the one way', async () => {
    const { key } = await newKey(ada);
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      expect((await me({ headers: { authorization: `${scheme} ${key}` } })).status).toBe(200);
    }
  });

  test('what a person may not do, a key of theirs may not by any way either, in the same words', async () => {
    const { person, token } = await colleagueOf(ada);
    const { key } = await newKey({ token }, ['admin']);
    const asked = async (way: Way) => {
      const answer = await call(running, 'audit.list', {}, way);
      const { requestId: _requestId, ...error } = wireErrorOf(answer);
      return [answer.status, error];
    };
    const byToken = await asked({ token });
    expect(byToken[0]).toBe(403);
    expect(await asked({ token: key })).toEqual(byToken);
    for (const secret of [token, key]) {
      await using socket = await TestSocket.open(running, { params: { token: secret } });
      expect((await socket.ask('audit.list', {})).error?.data.app.code).toBe('permission.denied');
    }
    expect(person.organisationId).not.toBe(ada.organisationId);
  });

  test.each<[string, (person: Person) => Promise<unknown>]>([
    ['suspended', ({ userId }) => query(`UPDATE users SET status = 'suspended' WHERE id = $1`, userId)],
    ['removed', ({ userId }) => query(`DELETE FROM memberships WHERE user_id = $1`, userId)],
    [
      'of an organisation that was deleted',
      ({ organisationId }) => query(`UPDATE organisations SET archived_at = now() WHERE id = $1`, organisationId),
    ],
  ])('somebody who is %s is refused by each of them, with the same answer', async (_name, end) => {
    const person = await newPerson(running);
    const { key } = await newKey(person);
    await end(person);
    for (const secret of [person.token, key]) {
      expect(await reasonOf({ token: secret })).toBe('401 revoked');
      const answer = await forbidden({ token: secret });
      expect([answer.status, wireErrorOf(answer).details?.reason]).toEqual([401, 'revoked']);
      await using socket = await TestSocket.open(running, { params: { token: secret } });
      expect((await socket.ask('auth.me')).error?.data.app.code).toBe('auth.required');
    }
  });

  test('a key that was revoked or has ended is refused at once', async () => {
    const [revoked, ended] = [await newKey(ada), await newKey(ada)];
    await call(running, 'apiKeys.revoke', { apiKeyId: revoked.apiKey.id }, { token: ada.token });
    await query(`UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = $1`, ended.apiKey.id);
    for (const { key } of [revoked, ended]) expect(await reasonOf({ token: key })).toBe('401 revoked');
    const again = await refusal(running, ada, 'apiKeys.revoke', { apiKeyId: revoked.apiKey.id });
    expect(again.code).toBe('key.not_found');
  });

  test.each([
    'atl_',
    'atl_short',
    `atl_${'A'.repeat(42)}`,
    `atl_${'A'.repeat(44)}`,
    `ATL_${'A'.repeat(43)}`,
    `atl_${'A'.repeat(43)}`,
    `atl-${'A'.repeat(43)}`,
  ])('what is no key is refused: %s', async (token) => {
    expect(await reasonOf({ token })).toMatch(/^401 (invalid|revoked)$/);
  });
});

describe('where administrators need a second factor', () => {
  let strict: RunningProgram;
  beforeAll(async () => {
    strict = await startProgram({ env: { ADMINS_NEED_SECOND_FACTOR: '1' } });
  });
  afterAll(() => strict.stop());
  const reads = async (token: string) => {
    const answer = await call(strict, 'audit.list', {}, { token });
    return answer.status === 200 ? 'ok' : wireErrorOf(answer).code;
  };
  const change = async (sql: string, person: Person) => strict.database.pool.query(sql, [person.userId]);

  test('a key of a password alone administers nothing', async () => {
    const person = await newPerson(strict);
    const input = { name: 'Script', scopes: ['admin'], expiresAt: null };
    const weak = await ask(strict, person, 'apiKeys.create', input, apiKeyMade);
    expect(await reads(weak.key)).toBe('auth.second_factor_required');
    expect((await call(strict, 'sessions.list', {}, { token: weak.key })).status).toBe(200);

    await change(`UPDATE sign_ins SET methods = '{password,totp}' WHERE user_id = $1`, person);
    await change(
      `INSERT INTO totp_secrets (user_id, secret_sealed, created_at, confirmed_at) VALUES ($1, 'x', now(), now())`,
      person,
    );
    expect(await reads(person.token)).toBe('ok');
    const strong = await ask(strict, person, 'apiKeys.create', input, apiKeyMade);
    expect(await reads(strong.key)).toBe('ok');
    expect(await reads(weak.key)).toBe('auth.second_factor_required');

    // Whoever gave the factor up has given up what it opened.
    await change(`DELETE FROM totp_secrets WHERE user_id = $1`, person);
    expect(await reads(person.token)).toBe('auth.second_factor_required');
  });
});
