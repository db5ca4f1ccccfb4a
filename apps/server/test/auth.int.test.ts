import { signInId } from '@atelier/contracts/ids';
import { newId } from '@atelier/kernel/ids';
import argon2 from '@node-rs/argon2';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { type Answer, call, refusal, wireErrorOf } from './calls.ts';
import { HeldClock } from './held-clock.ts';
import {
  cookieOf,
  grantOf,
  keysOf,
  newPerson,
  newSession,
  type Person,
  password,
  send,
  signIn,
  tokensOf,
  untilRun,
} from './people.ts';
import { authSecret, type RunningProgram, startProgram } from './running-program.ts';
import { LogReader, TestSocket } from './test-socket.ts';

/** How often argon2 was asked for what, and how many at once. */
const work = { hashed: 0, verified: 0, running: 0, most: 0 };

function counted<A extends unknown[], T>(kind: 'hashed' | 'verified', real: (...args: A) => Promise<T>) {
  return async (...args: A): Promise<T> => {
    work[kind] += 1;
    work.running += 1;
    work.most = Math.max(work.most, work.running);
    try {
      return await real(...args);
    } finally {
      work.running -= 1;
    }
  };
}

const minute = 60_000;
const day = 24 * 60 * minute;

let running: RunningProgram;
beforeAll(async () => {
  const { hash, verify } = argon2;
  vi.spyOn(argon2, 'hash').mockImplementation(counted('hashed', hash));
  vi.spyOn(argon2, 'verify').mockImplementation(counted('verified', verify));
  running = await startProgram();
});
afterAll(async () => {
  await running.stop();
  vi.restoreAllMocks();
  expect(running.errors).toEqual([]);
});

const renew = (cookie: string, headers: Readonly<Record<string, string>> = {}) =>
  call(running, 'auth.renew', {}, { cookie, headers });
const reasonOf = (answer: Answer) => wireErrorOf(answer).details?.reason;
const me = async (token: string) => (await call(running, 'auth.me', undefined, { token })).status;

/** Runs `work` as if `ms` had passed, or had not yet. */
async function later<T>(ms: number, work: () => Promise<T>): Promise<T> {
  running.clock.offsetMs += ms;
  try {
    return await work();
  } finally {
    running.clock.offsetMs -= ms;
  }
}

describe('registering and signing in', () => {
  test('gives an access token, and the refresh token in a cookie that no script and no other site has', async () => {
    const email = `${newId()}@example.com`;
    const answer = await call(running, 'auth.register', { email, password, name: ' Ada ' });

    const { accessToken, expiresAt, serverTime, identity } = grantOf(answer);
    expect(identity).toMatchObject({ user: { email, name: 'Ada' }, organisation: { name: 'Ada', kind: 'personal' } });
    expect(Date.parse(expiresAt) - Date.parse(serverTime)).toBeGreaterThan(9 * minute);
    expect(await me(accessToken)).toBe(200);
    const [line = '', ...others] = answer.headers.getSetCookie();
    expect(others).toEqual([]);
    const [pair = '', ...attributes] = line.split('; ');
    expect(pair).toMatch(/^atelier_refresh=[\w-]{43}$/);
    expect(attributes.filter((attribute) => !attribute.startsWith('Expires')).toSorted()).toEqual([
      'HttpOnly',
      'Path=/',
      'SameSite=Strict',
    ]);
    const expires = Date.parse(attributes.find((attribute) => attribute.startsWith('Expires'))?.slice(8) ?? '');
    expect(Math.abs(expires - Date.now() - 7 * day)).toBeLessThan(minute);
    expect(answer.text).not.toContain(pair.split('=')[1]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('behind https the cookie is bound to the host and never sent in the clear', async () => {
    await using secure = await startProgram({ beside: running, env: { PUBLIC_URL: 'https://atelier.example.com' } });
    const input = { email: `${newId()}@example.com`, password, name: 'Ada' };
    const headers = { origin: 'https://atelier.example.com' };

    const answer = await call(secure, 'auth.register', input, { headers });

    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-atelier_refresh=[\w-]{43}; .*Secure/);
    expect(answer.headers.getSetCookie()[0]).not.toContain('Domain');
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    expect((await call(secure, 'auth.register', input, { headers: { origin: secure.url } })).status).toBe(403);
  });

  test('stores neither the password nor the refresh token', async () => {
    const person = await newPerson(running);
    const { rows } = await running.database.pool.query(
      `SELECT a.password_hash, t::text FROM accounts a JOIN sign_ins s USING (user_id)
         JOIN session_tokens t ON t.sign_in_id = s.id WHERE user_id = $1`,
      [person.userId],
    );
    const stored = JSON.stringify(rows);

    expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(stored).not.toContain(password);
    expect(stored).not.toContain(person.cookie.split('=')[1]);
  });

  test('an address is one address, however it is written', async () => {
    const person = await newPerson(running);

    const again = await signIn(running, ` ${person.email.toUpperCase()} `);

    expect(again.userId).toBe(person.userId);
    expect(again.signInId).not.toBe(person.signInId);
  });

  test('an unknown address and a wrong password are answered alike, after the same work', async () => {
    const { email } = await newPerson(running);
    const attempt = async (input: object) => {
      const before = work.verified;
      const answer = await call(running, 'auth.signIn', input);
      const { requestId: _requestId, ...error } = wireErrorOf(answer);
      const headers = [...answer.headers.keys()].toSorted();
      return { status: answer.status, error, headers, length: answer.text.length, verified: work.verified - before };
    };

    const known = await attempt({ email, password: 'a wrong one' });
    const unknown = await attempt({ email: `${newId()}@example.com`, password: 'a wrong one' });

    expect(known).toMatchObject({ status: 401, error: { code: 'auth.invalid_credentials' }, verified: 1 });
    expect(unknown).toEqual(known);
  });

  test('an address that has an account is refused after the same work as one that gets one', async () => {
    const { email } = await newPerson(running);
    const hashed = work.hashed;

    const error = await refusal(running, null, 'auth.register', { email: email.toUpperCase(), password, name: 'Bea' });

    expect(error).toMatchObject({ code: 'auth.registration_refused', retryable: false });
    expect(error.message).toBe('This account could not be created. If you already have one, sign in instead.');
    expect(work.hashed - hashed).toBe(1);
  });

  test('of ten registrations of one address at once, one makes the account', async () => {
    const email = `${newId()}@example.com`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        call(running, 'auth.register', { email: index % 2 ? email : email.toUpperCase(), password, name: `P${index}` }),
      ),
    );

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(409)]);
    const { rows } = await running.database.pool.query(
      `SELECT count(*)::int AS users, count(o.id)::int AS organisations
         FROM users u LEFT JOIN organisations o ON o.personal_user_id = u.id WHERE lower(u.email) = $1`,
      [email],
    );
    expect(rows).toEqual([{ users: 1, organisations: 1 }]);
  });

  test('a closed installation refuses with the words of a taken address, the first person too', async () => {
    await using closed = await startProgram({ env: { REGISTRATION: 'invitation' } });
    const input = { email: `${newId()}@example.com`, password, name: 'Bea' };
    expect(await refusal(closed, null, 'auth.register', input)).toMatchObject({ code: 'auth.registration_refused' });
  });
});

describe('a password', () => {
  test.each([
    ['nothing', '', 'At least 8.'],
    ['seven characters', 'a'.repeat(7), 'At least 8.'],
    ['257 characters', 'a'.repeat(257), 'At most 256.'],
    ['four kilobytes', 'a'.repeat(4096), 'At most 256.'],
    ['a NUL', 'password\u0000tail', 'A password cannot hold a NUL character.'],
  ])('of %s is refused with the reason', async (_name, wrong, problem) => {
    const input = { email: `${newId()}@example.com`, password: wrong, name: 'Ada' };
    const hashed = work.hashed;

    expect((await refusal(running, null, 'auth.register', input)).fields).toEqual([{ path: 'password', problem }]);
    expect(work.hashed).toBe(hashed);
  });

  test.each([
    ['256 characters', `${Array.from({ length: 8 }, newId).join('').slice(0, 255)}x`],
    ['blanks around it', '  eight  '],
    ['letters of every kind', 'пароль😀é'],
  ])('of %s is taken whole: no character is cut, trimmed or folded', async (_name, exact) => {
    const email = `${newId()}@example.com`;
    expect((await call(running, 'auth.register', { email, password: exact, name: 'Ada' })).status).toBe(200);

    expect((await call(running, 'auth.signIn', { email, password: exact })).status).toBe(200);
    for (const near of [exact.slice(0, -1), `${exact.slice(0, -1)}b`, exact.trim().slice(0, -1), exact.toUpperCase()]) {
      expect((await refusal(running, null, 'auth.signIn', { email, password: near })).code).toBe(
        'auth.invalid_credentials',
      );
    }
  });

  test('of five hundred people who sign in at once some wait, the rest is told to come back, and nobody hurts the others', async () => {
    const { email } = await newPerson(running);
    work.most = 0;
    // One account each: whoever guesses at one is held up before.
    const answers = await Promise.all(
      Array.from({ length: 500 }, () =>
        call(running, 'auth.signIn', { email: `${newId()}@example.com`, password: 'a wrong one' }),
      ),
    );
    const busy = answers.filter(({ status }) => status === 429);

    expect(answers.filter(({ status }) => status === 401).length + busy.length).toBe(500);
    expect(busy.length).toBeGreaterThan(300);
    for (const answer of busy) {
      expect(wireErrorOf(answer)).toMatchObject({ code: 'auth.busy', retryable: true, retryAfterMs: 2000 });
      expect(answer.headers.get('retry-after')).toBe('2');
    }
    const { availableParallelism } = await import('node:os');
    expect(work.most).toBeLessThanOrEqual(Math.max(1, availableParallelism() - 1));
    expect((await signIn(running, email)).email).toBe(email);
  }, 60_000);
});

describe('renewing', () => {
  test('gives a new access token and the next refresh token', async () => {
    const person = await newPerson(running);
    const answer = await renew(person.cookie);

    expect(grantOf(answer).identity.signInId).toBe(person.signInId);
    expect(await me(grantOf(answer).accessToken)).toBe(200);
    expect(cookieOf(answer)).toMatch(/^atelier_refresh=[\w-]{43}$/);
    expect(cookieOf(answer)).not.toBe(person.cookie);
    expect(cookieOf(await renew(cookieOf(answer)))).not.toBe(cookieOf(answer));
  });

  test('AT-49: in two tabs at once, and again within ten seconds, gives both the same', async () => {
    const person = await newPerson(running);
    const tabs = await Promise.all(Array.from({ length: 5 }, () => renew(person.cookie)));
    const late = await later(8000, () => renew(person.cookie));

    expect(tabs.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect(new Set([...tabs, late].map(cookieOf)).size).toBe(1);
    const { rows } = await running.database.pool.query(
      `SELECT count(*)::int AS tokens FROM session_tokens WHERE sign_in_id = $1`,
      [person.signInId],
    );
    expect(rows).toEqual([{ tokens: 2 }]);
    expect((await renew(cookieOf(late))).status).toBe(200);
  });

  test.each<[string, number, Readonly<Record<string, string>>]>([
    ['after ten seconds', 10_500, {}],
    ['in another browser', 1000, { 'user-agent': 'somebody else' }],
  ])('AT-49: with a used token %s ends the sign-in everywhere, and no other', async (_name, wait, headers) => {
    const person = await newPerson(running);
    const elsewhere = await signIn(running, person.email);
    await using beside = await startProgram({ beside: running, roles: { server: true, worker: false } });
    await using socket = await TestSocket.open(running, { params: { token: person.token } });
    await using far = await TestSocket.open(beside, { params: { token: person.token } });
    await using other = await TestSocket.open(running, { params: { token: elsewhere.token } });
    for (const each of [socket, far, other]) await each.ask('sessions.changes', {});
    const renewed = await renew(person.cookie);

    const reused = await later(wait, () => renew(person.cookie, headers));

    expect([reused.status, reasonOf(reused)]).toEqual([401, 'revoked']);
    expect(reused.headers.getSetCookie()[0]).toMatch(/^atelier_refresh=;.*Expires=Thu, 01 Jan 1970/);
    for (const closed of [socket.closed, far.closed])
      expect(await closed).toEqual({ code: 4401, reason: 'signed out' });
    expect(reasonOf(await renew(cookieOf(renewed)))).toBe('revoked');
    for (const { token } of [person, { token: grantOf(renewed).accessToken }]) expect(await me(token)).toBe(401);
    expect(await me(elsewhere.token)).toBe(200);
    expect((await other.ask('auth.me')).result?.type).toBe('data');
  });

  test('a sign-in that nobody used for seven days has ended', async () => {
    const person = await newPerson(running);

    expect((await later(7 * day - minute, () => renew(person.cookie))).status).toBe(200);
    const other = await newPerson(running);
    const answer = await later(7 * day + minute, () => renew(other.cookie));
    expect([answer.status, reasonOf(answer)]).toEqual([401, 'expired']);
  });

  test('a sign-in ends after thirty days, however often it is used', async () => {
    let { cookie } = await newPerson(running);
    for (const days of [6, 12, 18, 24, 29]) {
      const answer = await later(days * day, () => renew(cookie));
      expect(answer.status).toBe(200);
      cookie = cookieOf(answer);
    }

    expect(reasonOf(await later(30 * day + minute, () => renew(cookie)))).toBe('expired');
  });

  test.each([
    ['nothing', ''],
    ['an empty token', 'atelier_refresh='],
    ['an object', 'atelier_refresh={}'],
    ['a list', 'atelier_refresh[]=a'],
    ['a token that nobody has', `atelier_refresh=${'A'.repeat(43)}`],
    ['a token that is too long', `atelier_refresh=${'A'.repeat(44)}`],
    ['ten kilobytes', `atelier_refresh=${'A'.repeat(10_000)}`],
    ['a cookie of another name', `other=${'A'.repeat(43)}`],
  ])('with %s is refused', async (_name, cookie) => {
    const answer = await renew(cookie);

    expect([answer.status, wireErrorOf(answer).code]).toEqual([401, 'auth.required']);
    expect(['missing', 'invalid']).toContain(reasonOf(answer));
  });
});

describe('when the secret is replaced', () => {
  const replaced = { AUTH_SECRET: 'canary-8Gd2WqZn5TxRb1LkYv0cMpJ7sHf4UeA9o', AUTH_SECRET_PREVIOUS: authSecret };

  test('nobody is signed out: access tokens of before are taken, and renewed by the new secret', async () => {
    await using after = await startProgram({ beside: running, env: replaced });
    const person = await newPerson(running);

    expect((await call(after, 'auth.me', undefined, { token: person.token })).status).toBe(200);
    const renewed = await call(after, 'auth.renew', {}, { cookie: person.cookie });
    const { accessToken } = grantOf(renewed);
    expect((await call(after, 'auth.me', undefined, { token: accessToken })).status).toBe(200);
    expect(await me(accessToken)).toBe(401);
  });

  test('two tabs that renew with one token, one before and one after, get the same', async () => {
    await using after = await startProgram({ beside: running, env: replaced });
    const person = await newPerson(running);

    const [first, second] = [
      await renew(person.cookie),
      await call(after, 'auth.renew', {}, { cookie: person.cookie }),
    ];

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(cookieOf(second)).toBe(cookieOf(first));
    const third = await call(after, 'auth.renew', {}, { cookie: cookieOf(second) });
    expect(third.status).toBe(200);
    expect(cookieOf(await call(after, 'auth.renew', {}, { cookie: cookieOf(second) }))).toBe(cookieOf(third));
    const { rows } = await running.database.pool.query(
      `SELECT count(*)::int AS tokens FROM session_tokens WHERE sign_in_id = $1`,
      [person.signInId],
    );
    expect(rows).toEqual([{ tokens: 3 }]);
  });

  test('a server that does not know the new secret refuses that one renewal and ends no sign-in', async () => {
    await using after = await startProgram({ beside: running, env: replaced });
    const person = await newPerson(running);

    const renewed = await call(after, 'auth.renew', {}, { cookie: person.cookie });
    const refused = await renew(person.cookie);

    expect([refused.status, reasonOf(refused)]).toEqual([401, 'invalid']);
    expect((await renew(cookieOf(renewed))).status).toBe(200);
  });
});

describe('signing out', () => {
  test('AT-19: ends the sign-in at once: token, cookie and sockets, in every process', async () => {
    const person = await newPerson(running);
    await using beside = await startProgram({ beside: running, roles: { server: true, worker: false } });
    await using near = await TestSocket.open(running, { params: { token: person.token } });
    await using far = await TestSocket.open(beside, { params: { token: person.token } });
    for (const socket of [near, far]) await socket.ask('sessions.changes', {});

    const answer = await call(running, 'auth.signOut', {}, { cookie: person.cookie });

    expect(answer.headers.getSetCookie()[0]).toMatch(/^atelier_refresh=;.*Expires=Thu, 01 Jan 1970/);
    expect(reasonOf(await call(running, 'auth.me', undefined, { token: person.token }))).toBe('revoked');
    expect(reasonOf(await renew(person.cookie))).toBe('revoked');
    for (const socket of [near, far]) expect(await socket.closed).toEqual({ code: 4401, reason: 'signed out' });
  });

  test.each([
    ['nothing', ''],
    ['a cookie that is none', 'atelier_refresh=x'],
    ['a cookie that nobody has', `atelier_refresh=${'A'.repeat(43)}`],
  ])('with %s is no failure', async (_name, cookie) => {
    expect((await call(running, 'auth.signOut', {}, { cookie })).status).toBe(200);
  });
});

describe('an access token', () => {
  /** A token signed with `key`, right in everything that is not changed. */
  async function forged(
    person: Person,
    change: {
      readonly header?: object;
      readonly claims?: object;
      readonly key?: Uint8Array;
      readonly issuer?: string;
      readonly audience?: string;
    },
  ): Promise<string> {
    const { userId, organisationId, signInId, email } = person;
    return await new SignJWT({ sub: userId, org: organisationId, sid: signInId, email, ...change.claims })
      .setProtectedHeader({
        alg: 'HS256',
        typ: 'at+jwt',
        kid: keysOf(authSecret).newest('access-token').kid,
        ...change.header,
      })
      .setIssuer(change.issuer ?? 'atelier')
      .setAudience(change.audience ?? 'atelier-api')
      .setIssuedAt()
      .setExpirationTime('5 minutes')
      .sign(change.key ?? key('access-token'));
  }
  const key = (purpose: 'access-token' | 'refresh-successor') => keysOf(authSecret).newest(purpose).key;
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test('that we would sign ourselves is taken, so that what follows is refused for its own sake', async () => {
    expect(await me(await forged(await newPerson(running), {}))).toBe(200);
  });

  test.each<[string, (person: Person, other: Person) => Promise<string> | string]>([
    ['the refresh token', ({ cookie }) => cookie.split('=')[1] ?? ''],
    ['signed with the key of another purpose', (person) => forged(person, { key: key('refresh-successor') })],
    ['signed with the secret itself', (person) => forged(person, { key: new TextEncoder().encode(authSecret) })],
    ['of another type', (person) => forged(person, { header: { typ: 'JWT' } })],
    ['without a type', (person) => forged(person, { header: { typ: undefined } })],
    ['of another algorithm', (person) => forged(person, { header: { alg: 'HS512' } })],
    ['for another audience', (person) => forged(person, { audience: 'invite' })],
    ['of another issuer', (person) => forged(person, { issuer: 'https://accounts.example.com' })],
    ['for another organisation', (person, other) => forged(person, { claims: { org: other.organisationId } })],
    ['for another person', (person, other) => forged(person, { claims: { sub: other.userId } })],
    ["with another's sign-in", (person, other) => forged(person, { claims: { sid: other.signInId } })],
    ['without a sign-in', (person) => forged(person, { claims: { sid: undefined } })],
    ['with an object for an id', (person) => forged(person, { claims: { sub: { $ne: 1 } } })],
    ['without a signature', ({ token }) => `${token.split('.').slice(0, 2).join('.')}.`],
    ['that says it needs none', ({ token }) => `${encoded({ alg: 'none', typ: 'at+jwt' })}.${token.split('.')[1]}.`],
    [
      'with a key of its own',
      (person) => forged(person, { header: { jwk: { kty: 'oct', k: 'AAAA' } }, key: new Uint8Array(32) }),
    ],
    ['of five kilobytes', (person) => forged(person, { claims: { padding: 'x'.repeat(5000) } })],
    ['that is empty', () => ' '],
    ['that is a number', () => '7'],
  ])('%s is refused', async (_name, make) => {
    const [person, other] = [await newPerson(running), await newPerson(running)];
    const token = await make(person, other);

    const answer = await call(running, 'auth.me', undefined, { headers: { authorization: `Bearer ${token}` } });

    expect([answer.status, wireErrorOf(answer).code]).toEqual([401, 'auth.required']);
    await using socket = await TestSocket.open(running, { params: { token } });
    expect((await socket.ask('auth.me')).error?.data.app.code).toBe('auth.required');
  });

  test('cannot be used as a refresh token', async () => {
    const { token } = await newPerson(running);
    expect((await renew(`atelier_refresh=${token}`)).status).toBe(401);
    expect((await renew(`atelier_refresh=${token.slice(-43)}`)).status).toBe(401);
  });

  test('of another installation is refused', async () => {
    const person = await newPerson(running);
    const claims = z
      .object({ sub: z.string(), sid: z.string() })
      .parse(JSON.parse(Buffer.from(person.token.split('.')[1] ?? '', 'base64url').toString()));
    const { identity } = grantOf(await renew(person.cookie));
    const subject = {
      sub: identity.user.id,
      email: person.email,
      sid: signInId.parse(identity.signInId),
      org: identity.organisation.id,
    };

    expect([claims.sub, claims.sid]).toEqual([subject.sub, subject.sid]);
    expect(await me((await tokensOf(authSecret).issue(subject, new Date())).token)).toBe(200);
    expect(await me((await tokensOf(`${authSecret}x`).issue(subject, new Date())).token)).toBe(401);
  });

  test('ends after ten minutes', async () => {
    const { token } = await later(-10 * minute - 2000, () => newPerson(running));

    const answer = await call(running, 'auth.me', undefined, { token });

    expect([answer.status, reasonOf(answer)]).toEqual([401, 'expired']);
  });

  test('AT-19: that ends during a stream ends its socket five seconds later, and a fresh one goes on without a gap', async () => {
    const person = await later(-10 * minute + 2000, () => newPerson(running));
    const fresh = await signIn(running, person.email);
    const session = await newSession(running, fresh);
    await using socket = await TestSocket.open(running, { params: { token: person.token } });
    const reader = await new LogReader(socket, session.id).begun();
    running.clock.hold(5);
    const { runId } = await send(running, fresh, session.id, 'count to 10');
    await reader.until(({ type }) => type === 'text.delta');

    // The stream goes on for a moment after the token's end, and then it is over whatever there is to say.
    expect(await socket.closed).toEqual({ code: 4401, reason: 'the access token has ended' });
    const cursor = reader.seq;
    running.clock.release();
    await untilRun(running, runId, 'succeeded');
    expect(reader.seq).toBe(cursor);

    await using next = await TestSocket.open(running, { params: { token: fresh.token } });
    const goesOn = new LogReader(next, session.id, cursor);
    await goesOn.until(({ type }) => type === 'run.finished');
    expect(reader.text + goesOn.text).toBe('1 2 3 4 5 6 7 8 9 10');
  });
});

test('the address of a caller is the one that our own proxy names, and no other', async () => {
  await using proxied = await startProgram({ beside: running, env: { TRUST_PROXY: '1' }, clock: new HeldClock() });
  const ipOf = async (program: RunningProgram, forwarded: string) => {
    const { email } = await newPerson(program);
    const { signInId } = await signIn(program, email, { 'x-forwarded-for': forwarded });
    const { rows } = await running.database.pool.query(`SELECT ip FROM sign_ins WHERE id = $1`, [signInId]);
    return z.object({ ip: z.string() }).parse(rows[0]).ip;
  };

  expect(await ipOf(running, '1.2.3.4')).toBe('127.0.0.1');
  expect(await ipOf(proxied, 'evil, 10.0.0.9')).toBe('10.0.0.9');
  expect(await ipOf(proxied, 'evil, 2001:db8::7')).toBe('2001:db8::7');
  expect(await ipOf(proxied, ' , ')).toBe('127.0.0.1');
});

test.each([
  'garbage<script>',
  "'; drop table users",
  'unknown',
  '1.2.3.4:80',
  '256.1.1.1',
  'fe80::1%<script>',
  '9'.repeat(5000),
])('what is no address is not stored as one: %s', async (hop) => {
  await using proxied = await startProgram({ beside: running, env: { TRUST_PROXY: '1' }, clock: new HeldClock() });
  const { email } = await newPerson(proxied);
  const { signInId } = await signIn(proxied, email, { 'x-forwarded-for': `10.0.0.9, ${hop}` });
  const { rows } = await running.database.pool.query(`SELECT ip FROM sign_ins WHERE id = $1`, [signInId]);
  expect(rows).toEqual([{ ip: '127.0.0.1' }]);
});
