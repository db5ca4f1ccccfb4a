import { grantDto } from '@atelier/contracts/auth';
import { accountList, deviceList, signedOut } from '@atelier/contracts/devices';
import { userId } from '@atelier/contracts/ids';
import { newId } from '@atelier/kernel/ids';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { person as anybody } from './busy-database.ts';
import { ask, call, dataOf, refusal, wireErrorOf } from './calls.ts';
import { HeldCookies } from './held-cookies.ts';
import { cookieOf, newPerson, type Person, password, signIn } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { TestSocket } from './test-socket.ts';

const minute = 60_000;
const firefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };

let running: RunningProgram;
beforeAll(async () => {
  running = await startProgram();
});
afterEach(() => {
  running.clock.offsetMs = 0;
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

const query = async (sql: string, ...values: unknown[]) => (await running.database.pool.query(sql, values)).rows;
const me = async (token: string) => (await call(running, 'auth.me', undefined, { token })).status;
const renew = (cookie: string) => call(running, 'auth.renew', {}, { cookie });
const reasonOf = (answer: Awaited<ReturnType<typeof call>>) => wireErrorOf(answer).details?.reason;
const devicesOf = async (person: Person) => (await ask(running, person, 'auth.devices', undefined, deviceList)).items;

async function confirm(person: Person, input: object) {
  return await call(running, 'auth.confirm', input, { cookie: person.cookie, token: person.token });
}

describe('devices', () => {
  test('are listed by a name that says something, mine only, the current one marked', async () => {
    const person = await newPerson(running);
    await newPerson(running);
    const laptop = await signIn(running, person.email, firefox);

    const devices = await devicesOf(person);

    expect(devices.map(({ id, name, isCurrent }) => ({ id, name, isCurrent }))).toEqual([
      { id: laptop.signInId, name: 'Firefox on Linux', isCurrent: false },
      { id: person.signInId, name: 'Node.js', isCurrent: true },
    ]);
    expect(devices[0]?.ip).toBe('127.0.0.1');
  });

  test('one is signed out at once, its socket too, and nobody ends those of others', async () => {
    const [person, stranger] = [await newPerson(running), await newPerson(running)];
    const laptop = await signIn(running, person.email);
    await using socket = await TestSocket.open(running, { params: { token: laptop.token } });
    await socket.ask('sessions.changes', {});
    const input = { signInId: laptop.signInId };
    expect((await refusal(running, stranger, 'auth.endDevice', input)).code).toBe('device.not_found');
    expect(await me(laptop.token)).toBe(200);

    expect((await call(running, 'auth.endDevice', input, { token: person.token })).status).toBe(200);

    expect(await me(laptop.token)).toBe(401);
    expect(reasonOf(await renew(laptop.cookie))).toBe('revoked');
    expect(await socket.closed).toEqual({ code: 4401, reason: 'signed out' });
    expect((await refusal(running, person, 'auth.endDevice', input)).code).toBe('device.not_found');
    expect(await devicesOf(person)).toHaveLength(1);
  });

  test('all others, or all, are signed out', async () => {
    const person = await newPerson(running);
    const others = [await signIn(running, person.email), await signIn(running, person.email)];
    expect(await ask(running, person, 'auth.signOutEverywhere', {}, signedOut)).toEqual({ ended: 2 });
    for (const { token } of others) expect(await me(token)).toBe(401);
    expect(await me(person.token)).toBe(200);

    const browser = new HeldCookies(running, person.cookie);
    await browser.call('auth.signOutEverywhere', { which: 'all' }, { token: person.token });
    expect(await me(person.token)).toBe(401);
    expect(browser.get('atelier_refresh')).toBeUndefined();
    expect(reasonOf(await renew(person.cookie))).toBe('revoked');
  });

  test('signing out here tells the browser to forget what it keeps, when asked', async () => {
    for (const forget of [true, false]) {
      const { cookie } = await newPerson(running);
      const answer = await call(running, 'auth.signOut', { forget }, { cookie });
      expect(answer.headers.get('clear-site-data')).toBe(forget ? '"cache", "storage"' : null);
    }
  });
});

describe('confirming', () => {
  const old = (person: Person) =>
    query(`UPDATE sign_ins SET authenticated_at = now() - interval '16 minutes' WHERE id = $1`, person.signInId);

  test('allows for a while what is dangerous, and goes on under a new id', async () => {
    const person = await newPerson(running);
    await old(person);
    expect((await refusal(running, person, 'secondFactor.startTotp', undefined)).code).toBe(
      'auth.confirmation_required',
    );

    const answer = await confirm(person, { password });
    const { accessToken, identity } = grantDto.parse(dataOf(answer));

    expect(identity.signInId).not.toBe(person.signInId);
    expect(identity.organisation.id).toBe(person.organisationId);
    expect((await call(running, 'secondFactor.startTotp', undefined, { token: accessToken })).status).toBe(200);
    expect(await devicesOf({ ...person, token: accessToken })).toHaveLength(1);
    const rows = await query(
      `SELECT id, end_reason, absolute_expires_at, created_at FROM sign_ins WHERE user_id = $1 ORDER BY id`,
      person.userId,
    );
    expect(rows.map(({ end_reason }) => end_reason)).toEqual(['replaced', null]);
    expect(rows[0]).toMatchObject({ absolute_expires_at: rows[1].absolute_expires_at, created_at: rows[1].created_at });
  });

  test('by a wrong password is refused, held up when repeated, and recorded', async () => {
    const person = await newPerson(running);
    await old(person);
    const answers = [];
    for (let time = 0; time < 7; time += 1) answers.push(await confirm(person, { password: 'a wrong one' }));

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect(wireErrorOf(answers[0] ?? { body: null }).code).toBe('auth.invalid_credentials');
    expect((await confirm(person, { password })).status).toBe(429);
    expect((await refusal(running, person, 'secondFactor.startTotp', undefined)).code).toBe(
      'auth.confirmation_required',
    );
    expect(
      await query(
        `SELECT DISTINCT outcome FROM audit_events WHERE actor_id = $1 AND action = 'sign_in.confirmed'`,
        person.userId,
      ),
    ).toEqual([{ outcome: 'failed' }]);
  });

  test('a tab that has not seen the new cookie yet is told to ask again, and does not lose it', async () => {
    const person = await newPerson(running);
    expect((await confirm(person, { password })).status).toBe(200);
    const late = await renew(person.cookie);
    expect([late.status, wireErrorOf(late).code]).toEqual([429, 'auth.busy']);
    expect(late.headers.getSetCookie()).toEqual([]);
    running.clock.offsetMs = 11_000;
    expect(reasonOf(await renew(person.cookie))).toBe('revoked');
  });
});

describe('AT-38: what names a sign-in', () => {
  test('that somebody planted before is not what signing in gives', async () => {
    const attacker = await newPerson(running);
    const victim = await newPerson(running);
    const browser = new HeldCookies(running, attacker.cookie);
    browser.plant(`atelier_second_factor=${'A'.repeat(43)}.${'B'.repeat(43)}`);
    const before = browser.get('atelier_refresh');

    expect((await browser.call('auth.signIn', { email: victim.email, password })).status).toBe(200);

    expect(browser.get('atelier_refresh')).not.toBe(before);
    const planted = grantDto.parse(dataOf(await renew(attacker.cookie)));
    expect(planted.identity.user.id).toBe(attacker.userId);
    for (const value of ['A'.repeat(43), `${'A'.repeat(43)}`])
      expect((await renew(`atelier_refresh=${value}`)).status).toBe(401);
  });

  test('is another one after proving again who one is, and the old one is worth nothing', async () => {
    const person = await newPerson(running);
    await using socket = await TestSocket.open(running, { params: { token: person.token } });
    await socket.ask('sessions.changes', {});
    const answer = await confirm(person, { password });
    running.clock.offsetMs = 11_000;

    expect(cookieOf(answer)).not.toBe(person.cookie);
    expect(await me(person.token)).toBe(401);
    expect(reasonOf(await renew(person.cookie))).toBe('revoked');
    expect(await socket.closed).toEqual({ code: 4401, reason: 'signed out' });
    expect((await renew(cookieOf(answer))).status).toBe(200);
  });

  test('is worth nothing after signing out', async () => {
    const person = await newPerson(running);
    await call(running, 'auth.signOut', {}, { cookie: person.cookie });
    expect([await me(person.token), (await renew(person.cookie)).status]).toEqual([401, 401]);
  });

  test('opens with each role exactly what that role may: none is kept from before', async () => {
    const [person, owner] = [await newPerson(running), await newPerson(running)];
    await query(
      `INSERT INTO memberships (organisation_id, user_id, role, created_at) VALUES ($1, $2, 'admin', now())`,
      owner.organisationId,
      person.userId,
    );
    const answer = await call(
      running,
      'auth.renew',
      { organisationId: owner.organisationId },
      { cookie: person.cookie },
    );
    const { accessToken } = grantDto.parse(dataOf(answer));
    const audited = async () => (await call(running, 'audit.list', {}, { token: accessToken })).status;
    expect(await audited()).toBe(200);
    await query(
      `UPDATE memberships SET role = 'member' WHERE user_id = $1 AND organisation_id = $2`,
      person.userId,
      owner.organisationId,
    );
    expect(await audited()).toBe(403);
  });
});

describe('a sign-in that nobody uses', () => {
  test('ends after what the installation is set to, at once also for those that began before', async () => {
    await using strict = await startProgram({ env: { IDLE_MINUTES: '30' } });
    const person = await newPerson(strict);
    const { identity } = grantDto.parse(dataOf(await call(strict, 'auth.renew', {}, { cookie: person.cookie })));
    expect(identity.idleMinutes).toBe(30);
    const other = await newPerson(strict);
    const again = (cookie: string) => call(strict, 'auth.renew', {}, { cookie });
    strict.clock.offsetMs = 31 * minute;
    expect(reasonOf(await again(other.cookie))).toBe('expired');

    strict.clock.offsetMs = 0;
    const administrator = { ...anybody(1), userId: userId.parse(person.userId) };
    const set = (idleMinutes: number | null) =>
      strict.program.services.settings.change({ principal: { kind: 'system' } }, administrator, { idleMinutes });
    await set(null);
    const lasting = await newPerson(strict);
    await set(15);
    strict.clock.offsetMs = 16 * minute;
    expect(reasonOf(await again(lasting.cookie))).toBe('expired');
  });
});

describe('linked accounts', () => {
  test('are listed, and unlinked by their person alone; the password is no linked account', async () => {
    const [person, stranger] = [await newPerson(running), await newPerson(running)];
    const accountId = newId();
    await query(
      `INSERT INTO accounts (id, user_id, provider, issuer, subject, email, created_at, last_used_at)
       VALUES ($1, $2, 'github', 'https://github.com', $3, 'ada@example.com', now(), now())`,
      accountId,
      person.userId,
      newId(),
    );
    const { items } = await ask(running, person, 'auth.accounts', undefined, accountList);
    expect(items.map(({ provider, email }) => [provider, email])).toEqual([
      ['password', null],
      ['github', 'ada@example.com'],
    ]);
    expect(JSON.stringify(items)).not.toMatch(/argon2|sealed|subject/);
    expect((await refusal(running, stranger, 'auth.unlink', { accountId })).code).toBe('account.not_found');
    expect((await refusal(running, person, 'auth.unlink', { accountId: items[0]?.id })).code).toBe('account.not_found');
    expect((await call(running, 'auth.unlink', { accountId }, { token: person.token })).status).toBe(200);
    expect((await ask(running, person, 'auth.accounts', undefined, accountList)).items).toHaveLength(1);
  });

  test('the last way to sign in stays', async () => {
    const person = await newPerson(running);
    await query(
      `UPDATE accounts SET provider = 'github', issuer = 'https://github.com' WHERE user_id = $1`,
      person.userId,
    );
    const { items } = await ask(running, person, 'auth.accounts', undefined, accountList);
    expect((await refusal(running, person, 'auth.unlink', { accountId: items[0]?.id })).code).toBe('auth.last_way');
    expect((await ask(running, person, 'auth.accounts', undefined, accountList)).items).toHaveLength(1);
  });
});
