import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiKeyMade } from '@atelier/contracts/api-keys';
import { identityDto } from '@atelier/contracts/auth';
import { newId } from '@atelier/kernel/ids';
import { exportJWK, exportSPKI, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ask, call, wireErrorOf } from './calls.ts';
import { newPerson, type Person, signInTo } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { TestSocket } from './test-socket.ts';

const audience = 'https://atelier.example.com/api';

/** Somebody else who signs tokens: discovery and keys on loopback. */
interface Issuer {
  readonly url: string;
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
  /** Of an algorithm that is not configured. */
  readonly otherKey: KeyObject;
  readonly requests: string[];
  /** What it says its name is; its own unless set. */
  calls: string | null;
  close(): Promise<void>;
  open(): Promise<void>;
}

async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const otherJwk = { ...(await exportJWK(other.publicKey)), kid: 'two' };
  const requests: string[] = [];
  let port = 0;
  const issuer: Issuer = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    key: privateKey,
    publicKey,
    otherKey: other.privateKey,
    requests,
    calls: null,
    async close() {
      server.closeAllConnections();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
    async open() {
      server = listener();
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
    },
  };
  const listener = (): Server =>
    createServer((request, response) => {
      requests.push(request.url ?? '');
      response.setHeader('content-type', 'application/json');
      const discovery = { issuer: issuer.calls ?? issuer.url, jwks_uri: `${issuer.url}/keys` };
      response.end(JSON.stringify(request.url === '/keys' ? { keys: [jwk, otherJwk] } : discovery));
    });
  let server = listener();
  await issuer.open();
  return issuer;
}

let issuer: Issuer;
/** Configured by the address of its keys, without discovery. */
let second: Issuer;
let running: RunningProgram;
let ada: Person;
const subject = newId();

const issuers = () =>
  JSON.stringify([
    { issuer: issuer.url, audience, algorithms: ['ES256'], scopes: ['write'] },
    { issuer: second.url, audience, algorithms: ['ES256'], jwksUri: `${second.url}/keys` },
  ]);

beforeAll(async () => {
  [issuer, second] = [await startIssuer(), await startIssuer()];
  running = await startProgram({ env: { EXTERNAL_ISSUERS: issuers() } });
  ada = await newPerson(running);
  await link(running, ada, issuer.url);
});
afterAll(async () => {
  await running.stop();
  await issuer.close();
  await second.close();
});
afterEach(() => {
  expect(running.errors.splice(0)).toEqual([]);
});

async function link(program: RunningProgram, person: Person, iss: string, sub = subject): Promise<void> {
  await program.database.pool.query(
    `INSERT INTO accounts (id, user_id, provider, issuer, subject, created_at) VALUES ($1, $2, 'oidc', $3, $4, now())`,
    [newId(), person.userId, iss, sub],
  );
}

interface Change {
  readonly by?: Issuer;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: KeyObject | Uint8Array;
}

/** A token that is right in everything that is not changed. */
async function tokenOf({ by = issuer, claims = {}, header = {}, key = by.key }: Change = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: by.url, aud: audience, sub: subject, iat: now, exp: now + 300, ...claims };
  return await new SignJWT(all).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign(key);
}

const me = (token: string) => call(running, 'auth.me', undefined, { token });
async function answerTo(token: string): Promise<readonly unknown[]> {
  const answer = await me(token);
  return answer.status === 200 ? [200] : [answer.status, wireErrorOf(answer).code, wireErrorOf(answer).details?.reason];
}
const invalid = [401, 'auth.required', 'invalid'];
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token of another issuer', () => {
  test('is good for whoever has linked its subject, as far as its scopes go, over HTTP and sockets', async () => {
    const token = await tokenOf();
    const identity = await ask(running, { token }, 'auth.me', undefined, identityDto);
    expect(identity).toMatchObject({
      user: { id: ada.userId },
      organisation: { id: ada.organisationId },
      signInId: null,
    });
    expect((await call(running, 'sessions.create', { clientId: newId() }, { token })).status).toBe(200);
    expect((await call(running, 'audit.list', {}, { token })).status).toBe(403);
    expect((await call(running, 'auth.devices', undefined, { token })).status).toBe(403);
    await using socket = await TestSocket.open(running, { params: { token } });
    expect((await socket.ask('sessions.changes', {})).result?.type).toBe('started');
  });

  test('is for the organisation it names, when its person is a member there, and for no other', async () => {
    const [other, stranger] = [await newPerson(running), await newPerson(running)];
    await signInTo(running, ada, other.organisationId);
    const there = await ask(
      running,
      { token: await tokenOf({ claims: { org: other.organisationId } }) },
      'auth.me',
      undefined,
      identityDto,
    );
    expect(there.organisation).toMatchObject({ id: other.organisationId, role: 'member' });
    expect(await answerTo(await tokenOf({ claims: { org: stranger.organisationId } }))).toEqual([
      401,
      'auth.required',
      'revoked',
    ]);
    for (const org of ['', 'mine', 7, null, {}, [other.organisationId]]) {
      expect(await answerTo(await tokenOf({ claims: { org } }))).toEqual(invalid);
    }
  });

  test('asks for its keys once', async () => {
    const before = issuer.requests.length;
    for (let time = 0; time < 5; time += 1) expect(await answerTo(await tokenOf())).toEqual([200]);
    for (let time = 0; time < 5; time += 1) {
      expect(await answerTo(await tokenOf({ header: { kid: `unknown-${time}` } }))).toEqual(invalid);
    }
    // One more at most: for the first name that is unknown.
    expect(issuer.requests.length - before).toBeLessThanOrEqual(1);
  });

  test('ends its socket when it ends', async () => {
    const token = await tokenOf({ claims: { exp: Math.floor(Date.now() / 1000) + 1 } });
    await using socket = await TestSocket.open(running, { params: { token } });
    expect((await socket.ask('sessions.changes', {})).result?.type).toBe('started');
    expect(await socket.closed).toEqual({ code: 4401, reason: 'the access token has ended' });
  });

  test('is refused once its person is suspended, or has unlinked it', async () => {
    const person = await newPerson(running);
    const sub = newId();
    await link(running, person, issuer.url, sub);
    const token = await tokenOf({ claims: { sub } });
    expect(await answerTo(token)).toEqual([200]);
    const { pool } = running.database;
    await pool.query(`UPDATE users SET status = 'suspended' WHERE id = $1`, [person.userId]);
    expect(await answerTo(token)).toEqual([401, 'auth.required', 'revoked']);
    await pool.query(`UPDATE users SET status = 'active' WHERE id = $1`, [person.userId]);
    await pool.query(`DELETE FROM accounts WHERE subject = $1`, [sub]);
    expect(await answerTo(token)).toEqual([401, 'auth.required', 'revoked']);
  });
});

describe('AT-44: what is signed for something else, or by somebody else, is refused', () => {
  test.each<[string, () => Promise<string> | string, (readonly unknown[])?]>([
    [
      'a subject that nobody has linked',
      () => tokenOf({ claims: { sub: newId() } }),
      [401, 'auth.required', 'revoked'],
    ],
    ['a subject that is linked at another issuer', () => tokenOf({ by: second }), [401, 'auth.required', 'revoked']],
    ['another audience', () => tokenOf({ claims: { aud: 'a-client-id' } })],
    ['another audience in a list', () => tokenOf({ claims: { aud: ['a', 'b'] } })],
    ['our own audience', () => tokenOf({ claims: { aud: 'atelier-api' } })],
    ['an issuer that is not configured', () => tokenOf({ claims: { iss: 'https://evil.example' } })],
    ['an issuer with a slash more', () => tokenOf({ claims: { iss: `${issuer.url}/` } })],
    ['us as its issuer', () => tokenOf({ claims: { iss: 'atelier' } })],
    ['the key of another issuer', () => tokenOf({ key: second.key })],
    ['the name of another issuer', () => tokenOf({ claims: { iss: second.url } })],
    [
      'an end that has passed',
      () => tokenOf({ claims: { exp: Math.floor(Date.now() / 1000) - 60 } }),
      [401, 'auth.required', 'expired'],
    ],
    ['a beginning that has not come', () => tokenOf({ claims: { nbf: Math.floor(Date.now() / 1000) + 120 } })],
    ['an hour that has not come', () => tokenOf({ claims: { iat: Math.floor(Date.now() / 1000) + 120 } })],
    ['no end', () => tokenOf({ claims: { exp: undefined } })],
    ['no beginning', () => tokenOf({ claims: { iat: undefined } })],
    ['no subject', () => tokenOf({ claims: { sub: undefined } })],
    ['an empty subject', () => tokenOf({ claims: { sub: '' } })],
    ['no audience', () => tokenOf({ claims: { aud: undefined } })],
    ['no issuer', () => tokenOf({ claims: { iss: undefined } })],
    ['no name of its key, and another key', () => tokenOf({ header: { kid: undefined }, key: second.key })],
    [
      'a key of the issuer, by an algorithm that is not configured',
      () => tokenOf({ header: { alg: 'RS256', kid: 'two' }, key: issuer.otherKey }),
    ],
    [
      'HMAC with the public key',
      async () => {
        const pem = new TextEncoder().encode(await exportSPKI(issuer.publicKey));
        return await tokenOf({ header: { alg: 'HS256' }, key: createSecretKey(pem) });
      },
    ],
    [
      'a key of its own',
      async () => {
        const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        return await tokenOf({ header: { jwk: await exportJWK(publicKey), kid: 'own' }, key: privateKey });
      },
    ],
    [
      'an address of keys of its own',
      async () => {
        const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        return await tokenOf({ header: { jku: 'https://evil.example/keys', kid: 'own' }, key: privateKey });
      },
    ],
    ['no signature', async () => `${(await tokenOf()).split('.').slice(0, 2).join('.')}.`],
    [
      '"none" as its algorithm',
      async () => `${encoded({ alg: 'none', kid: 'one' })}.${(await tokenOf()).split('.')[1]}.`,
    ],
    [
      'more than four kilobytes',
      () => tokenOf({ claims: { padding: 'x'.repeat(5000) } }),
      [401, 'auth.required', 'missing'],
    ],
  ])('%s', async (_name, make, expected = invalid) => {
    expect(await answerTo(await make())).toEqual(expected);
  });

  test('each token works where it belongs only: access, refresh, key, other issuer', async () => {
    const { key } = await ask(
      running,
      ada,
      'apiKeys.create',
      { name: 'x', scopes: ['read'], expiresAt: null },
      apiKeyMade,
    );
    const external = await tokenOf();
    const refresh = ada.cookie.split('=')[1] ?? '';
    for (const token of [refresh, `atl_${refresh}`, key.slice(4), external.split('.').slice(1).join('.')]) {
      expect((await me(token)).status).toBe(401);
    }
    for (const token of [key, key.slice(4), external, ada.token]) {
      for (const cookie of [`atelier_refresh=${token}`, `atelier_second_factor=${token}.${token}`]) {
        expect((await call(running, 'auth.renew', {}, { cookie })).status).toBe(401);
      }
      const answer = await call(
        running,
        'auth.secondFactor',
        { code: '123456' },
        { cookie: `atelier_second_factor=${token}` },
      );
      expect(wireErrorOf(answer).code).toBe('auth.challenge_ended');
    }
    expect((await me(external)).status).toBe(200);
  });
});

describe('an issuer that cannot be asked', () => {
  test('is named as the part that is away; nobody is told that they are signed out', async () => {
    await using fresh = await startProgram({ beside: running, env: { EXTERNAL_ISSUERS: issuers() } });
    const tokens = [await tokenOf(), await tokenOf({ by: second })];
    await issuer.close();
    await second.close();
    try {
      for (const token of tokens) {
        const answer = await call(fresh, 'auth.me', undefined, { token });
        expect([answer.status, wireErrorOf(answer)]).toMatchObject([
          503,
          { code: 'auth.provider_unavailable', retryable: true, details: { part: 'issuer' } },
        ]);
      }
      // Where its keys are known, its tokens go on working; and ours do everywhere.
      expect(await answerTo(tokens[0] ?? '')).toEqual([200]);
      expect((await call(fresh, 'auth.me', undefined, { token: ada.token })).status).toBe(200);
    } finally {
      await issuer.open();
      await second.open();
    }
    expect((await call(fresh, 'auth.me', undefined, { token: tokens[0] ?? '' })).status).toBe(200);
    fresh.errors.splice(0);
  });

  test('one that calls itself otherwise is not believed', async () => {
    await using fresh = await startProgram({ beside: running, env: { EXTERNAL_ISSUERS: issuers() } });
    issuer.calls = 'https://evil.example';
    try {
      expect((await call(fresh, 'auth.me', undefined, { token: await tokenOf() })).status).toBe(503);
    } finally {
      issuer.calls = null;
    }
  });
});
