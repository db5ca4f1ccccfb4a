import { peoplePage, resetStarted } from '@atelier/contracts/installation';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, ask, call, dataOf, refusal, wireErrorOf } from './calls.ts';
import { startMailServer } from './mail-server.ts';
import { secretMailedTo, startWithMail } from './mailed-links.ts';
import { grantOf, newOwner, newPerson, type Person, password, personOf, signIn } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { TestSocket } from './test-socket.ts';

const other = 'another horse, four batteries';

let running: RunningProgram;
let owner: Person;
let admin: Person;
beforeAll(async () => {
  // No worker: mail waits for the one that has a mail server.
  running = await startProgram({ roles: { server: true, worker: false } });
  owner = await newOwner(running);
  admin = await newPerson(running, 'Ann');
  await change(owner, 'changeRole', admin, { role: 'admin' });
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

type Change = 'suspend' | 'restore' | 'changeRole' | 'endSignIns' | 'startReset';
const codeOf = (answer: Answer) => (answer.status === 200 ? 'ok' : wireErrorOf(answer).code);
const change = async (
  by: { readonly token: string },
  what: Change,
  { userId }: { readonly userId: string },
  more = {},
) => codeOf(await call(running, `installation.${what}`, { userId, ...more }, { token: by.token }));
const list = (input: object, by = admin) => ask(running, by, 'installation.people', input, peoplePage);

async function recorded(action: string, person: Person): Promise<readonly unknown[]> {
  const { rows } = await running.database.pool.query(
    `SELECT actor_id AS by, change FROM audit_events WHERE action = $1 AND target_id = $2 ORDER BY seq`,
    [action, person.userId],
  );
  return rows;
}

describe('the list of people', () => {
  test('is for administrators of the installation only', async () => {
    const person = await newPerson(running);
    expect((await refusal(running, person, 'installation.people', {})).code).toBe('permission.denied');
    for (const what of ['suspend', 'restore', 'endSignIns', 'startReset'] as const) {
      expect(await change(person, what, admin)).toBe('permission.denied');
    }
    expect(await change(person, 'changeRole', person, { role: 'admin' })).toBe('permission.denied');
  });

  test('shows everybody once, page by page, the newest first', async () => {
    for (let n = 0; n < 5; n += 1) await newPerson(running, `Page ${n}`);
    const ids: string[] = [];
    const dates: string[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await list({ limit: 2, cursor });
      ids.push(...page.items.map(({ id }) => id));
      dates.push(...page.items.map(({ createdAt }) => createdAt));
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    const { rows } = await running.database.pool.query(`SELECT count(*)::int AS n FROM users`);

    expect(rows).toEqual([{ n: ids.length }]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(dates).toEqual(dates.toSorted().toReversed());
    expect(await refusal(running, admin, 'installation.people', { cursor: 'x' })).toMatchObject({
      code: 'request.invalid',
    });
  });

  test('finds text anywhere in a name or an address, as it is written, and by status', async () => {
    const [percent, upper] = [await newPerson(running, '100% Zoë'), await newPerson(running, 'zoë smith')];
    await change(admin, 'suspend', percent);
    const found = async (input: object) => (await list(input)).items.map(({ id }) => id);

    expect(await found({ search: 'ZOË' })).toEqual([upper.userId, percent.userId]);
    expect(await found({ search: '0% z' })).toEqual([percent.userId]);
    expect(await found({ search: '_' })).toEqual([]);
    expect(await found({ search: upper.email.slice(9, 30).toUpperCase() })).toEqual([upper.userId]);
    expect(await found({ search: 'zoë', status: 'suspended' })).toEqual([percent.userId]);
    expect(await found({ search: 'zoë', status: 'active' })).toEqual([upper.userId]);
    expect(await found({ search: "' OR 1=1 --" })).toEqual([]);
    const paged = await list({ search: 'zoë', limit: 1 });
    expect(await found({ search: 'zoë', limit: 1, cursor: paged.nextCursor })).toEqual([percent.userId]);
  });

  test('finds the last one of many, and ends', async () => {
    const needle = await newPerson(running, 'Needle');
    await running.database.pool.query(
      `INSERT INTO users (id, email, name, created_at)
       SELECT gen_random_uuid(), 'hay' || n || '@example.com', 'Hay', now() + interval '1 minute' FROM generate_series(1, 12000) n`,
    );
    try {
      expect((await list({ search: 'needle' })).items.map(({ id }) => id)).toEqual([needle.userId]);
      expect(await list({ search: 'nothing of the kind' })).toEqual({ items: [], nextCursor: null });
      expect((await list({ search: 'hay', limit: 100 })).items).toHaveLength(100);
    } finally {
      await running.database.pool.query(`DELETE FROM users WHERE name = 'Hay'`);
    }
  });

  test('says what somebody is and has', async () => {
    const person = await newPerson(running, 'Described');
    const described = async () => (await list({ search: 'described' })).items[0];
    expect(await described()).toMatchObject({
      id: person.userId,
      email: person.email,
      status: 'active',
      installationRole: 'user',
      isEmailVerified: false,
      hasSecondFactor: false,
      organisations: 1,
      lastUsedAt: expect.any(String),
    });
    await running.database.pool.query(
      `INSERT INTO totp_secrets (user_id, secret_sealed, created_at, confirmed_at) VALUES ($1, 'x', now(), now())`,
      [person.userId],
    );
    expect(await described()).toMatchObject({ hasSecondFactor: true });
  });
});

describe('suspending', () => {
  test('V-16: ends every sign-in at once, over HTTP and sockets, and lets nobody in until it is taken back', async () => {
    const person = await newPerson(running);
    const second = await signIn(running, person.email);
    await using socket = await TestSocket.open(running, { params: { token: person.token } });
    await socket.ask('sessions.changes', {});

    expect(await change(admin, 'suspend', person)).toBe('ok');

    for (const { token } of [person, second]) {
      expect((await refusal(running, { token }, 'auth.me', undefined)).details).toEqual({ reason: 'revoked' });
    }
    expect(await socket.closed).toEqual({ code: 4401, reason: 'signed out' });
    expect(codeOf(await call(running, 'auth.renew', {}, { cookie: person.cookie }))).toBe('auth.required');
    const enter = () => call(running, 'auth.signIn', { email: person.email, password });
    expect(codeOf(await enter())).toBe('auth.invalid_credentials');

    expect(await change(admin, 'restore', person)).toBe('ok');
    expect(codeOf(await enter())).toBe('ok');
    expect((await refusal(running, person, 'auth.me', undefined)).code).toBe('auth.required');
    expect(await recorded('user.suspended', person)).toEqual([
      { by: admin.userId, change: { before: { status: 'active' }, after: { status: 'suspended' } } },
    ]);
    expect(await recorded('user.restored', person)).toEqual([
      { by: admin.userId, change: { before: { status: 'suspended' }, after: { status: 'active' } } },
    ]);
  });

  test('and everything else never reaches the owner, and nobody does it to themselves', async () => {
    for (const [what, more] of [
      ['suspend', {}],
      ['restore', {}],
      ['endSignIns', {}],
      ['startReset', {}],
      ['changeRole', { role: 'user' }],
    ] as const) {
      expect(await change(admin, what, owner, more)).toBe('permission.denied');
      expect(await change(admin, what, admin, more)).toBe('permission.denied');
      expect(await change(owner, what, owner, more)).toBe('permission.denied');
      expect(await change(owner, what, { userId: newId() }, more)).toBe('user.not_found');
    }
    expect((await call(running, 'auth.me', undefined, { token: owner.token })).status).toBe(200);
  });

  test('wants an administrator who has proved lately who they are', async () => {
    const late = await signIn(running, admin.email);
    await running.database.pool.query(
      `UPDATE sign_ins SET authenticated_at = now() - interval '16 minutes' WHERE id = $1`,
      [late.signInId],
    );
    expect(await change(late, 'suspend', await newPerson(running))).toBe('auth.confirmation_required');
  });
});

test('a role holds from the next call on, given or taken; owner cannot be given', async () => {
  const person = await newPerson(running);
  const may = async () => (await call(running, 'installation.settings', undefined, { token: person.token })).status;
  expect(await may()).toBe(403);
  expect(await change(owner, 'changeRole', person, { role: 'admin' })).toBe('ok');
  expect(await may()).toBe(200);
  expect(await change(admin, 'changeRole', person, { role: 'user' })).toBe('ok');
  expect(await may()).toBe(403);
  expect(await change(owner, 'changeRole', person, { role: 'owner' })).toBe('request.invalid');
  expect(await recorded('user.role_changed', person)).toEqual([
    { by: owner.userId, change: { before: { installationRole: 'user' }, after: { installationRole: 'admin' } } },
    { by: admin.userId, change: { before: { installationRole: 'admin' }, after: { installationRole: 'user' } } },
  ]);
});

test('V-17: an administrator signs somebody out everywhere, and they may sign in again', async () => {
  const person = await newPerson(running);
  await signIn(running, person.email);

  expect(await change(admin, 'endSignIns', person)).toBe('ok');
  expect((await refusal(running, person, 'auth.me', undefined)).code).toBe('auth.required');
  expect((await signIn(running, person.email)).userId).toBe(person.userId);
  expect(await recorded('sign_in.ended', person)).toEqual([{ by: admin.userId, change: { after: { ended: 2 } } }]);
});

describe('V-10: a reset that an administrator begins', () => {
  test('gives the link once where there is no mail, and does not prove the address', async () => {
    const person = await newPerson(running);
    const { link } = await ask(running, admin, 'installation.startReset', { userId: person.userId }, resetStarted);
    expect(link).toMatch(new RegExp(`^http://localhost:${running.port}/auth/reset#[\\w-]{43}$`));

    const token = link?.split('#')[1];
    expect(dataOf(await call(running, 'auth.resetPassword', { token, password: other }))).toEqual({});
    const { identity } = grantOf(await call(running, 'auth.signIn', { email: person.email, password: other }));
    expect(identity.user.isEmailVerified).toBe(false);
    expect(await recorded('user.reset_started', person)).toEqual([{ by: admin.userId, change: null }]);
  });

  test('goes by mail where there is mail, and the administrator never sees it', async () => {
    await using server = await startMailServer();
    await using mailing = await startWithMail(server, { beside: running });
    const email = `${newId()}@example.com`;
    const person = personOf(await call(running, 'auth.register', { email, password, name: 'Ada' }), email, 'Ada');
    const started = await call(mailing, 'installation.startReset', { userId: person.userId }, { token: admin.token });

    expect(dataOf(started)).toEqual({ link: null });
    const token = await secretMailedTo(server, mailing, { email, path: '/auth/reset' });
    expect(started.text).not.toContain(token);
    expect(codeOf(await call(mailing, 'auth.resetPassword', { token, password: other }))).toBe('ok');
  });
});
