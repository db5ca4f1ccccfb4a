import { grantDto, signInAnswer } from '@atelier/contracts/auth';
import {
  pendingSecondFactor,
  recoveryCodesMade,
  secondFactorStatus,
  totpStart,
} from '@atelier/contracts/second-factors';
import { startIdentityProvider } from '@atelier/identity-provider/identity-provider';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthenticatorApp, codeOf, letCodesPass, setUpApp, wrongCode } from './authenticator-app.ts';
import { ask, call, dataOf, refusal, wireErrorOf } from './calls.ts';
import { HeldCookies } from './held-cookies.ts';
import { newPerson, type Person, password, signIn } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { VisitingBrowser } from './visiting-browser.ts';

let running: RunningProgram;
beforeAll(async () => {
  running = await startProgram();
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

const query = async (sql: string, ...values: unknown[]) => (await running.database.pool.query(sql, values)).rows;
const me = async (token: string) => (await call(running, 'auth.me', undefined, { token })).status;
const statusOf = (person: Person) => ask(running, person, 'secondFactor.status', undefined, secondFactorStatus);
const codeFails = (answer: Awaited<ReturnType<typeof call>>) =>
  expect([answer.status, wireErrorOf(answer).code]).toEqual([401, 'auth.code_invalid']);

/** A person with an authenticator app. */
async function newStrongPerson(): Promise<{ readonly person: Person; readonly app: AuthenticatorApp }> {
  const person = await newPerson(running);
  return { person, app: await setUpApp(running, person) };
}

/** After a right password: the browser, and the challenge that waits in it. */
async function afterPassword(person: Person) {
  const browser = new HeldCookies(running);
  const answer = signInAnswer.parse(dataOf(await browser.call('auth.signIn', { email: person.email, password })));
  if (answer.status !== 'second_factor') throw new Error('No second factor was asked for.');
  return { browser, ...answer };
}

describe('an authenticator app', () => {
  test('is good for nothing until its first code was seen', async () => {
    const person = await newPerson(running);
    const start = await ask(running, person, 'secondFactor.startTotp', undefined, totpStart);

    expect(start.address).toContain(`secret=${start.secret}`);
    expect(start.address).toMatch(/^otpauth:\/\/totp\/Atelier/);
    expect((await signIn(running, person.email)).userId).toBe(person.userId);
    expect(await statusOf(person)).toEqual({ hasTotp: false, passkeys: 0, recoveryCodesLeft: 0 });
    const again = await ask(running, person, 'secondFactor.startTotp', undefined, totpStart);
    expect(again.secret).not.toBe(start.secret);
    codeFails(
      await call(running, 'secondFactor.confirmTotp', { code: codeOf(running, start.secret) }, { token: person.token }),
    );
  });

  test('its secret and its recovery codes are not to be read in the database', async () => {
    const { person, app } = await newStrongPerson();
    const rows = JSON.stringify([
      await query(`SELECT * FROM totp_secrets WHERE user_id = $1`, person.userId),
      await query(`SELECT user_id, encode(code_hash, 'escape') FROM recovery_codes WHERE user_id = $1`, person.userId),
    ]);

    expect(app.recoveryCodes).toHaveLength(10);
    for (const secret of [
      app.secret,
      ...app.recoveryCodes,
      ...app.recoveryCodes.map((code) => code.replaceAll('-', '')),
    ])
      expect(rows).not.toContain(secret);
    for (const code of app.recoveryCodes) expect(code).toMatch(/^([0-9a-f]{4}-){7}[0-9a-f]{4}$/);
    expect(await statusOf(person)).toEqual({ hasTotp: true, passkeys: 0, recoveryCodesLeft: 10 });
  });

  test('that is set up ends every other sign-in and tells the person', async () => {
    const person = await newPerson(running);
    const other = await signIn(running, person.email);
    await setUpApp(running, person);

    expect([await me(person.token), await me(other.token)]).toEqual([200, 401]);
    expect(await query(`SELECT end_reason FROM sign_ins WHERE id = $1`, other.signInId)).toEqual([
      { end_reason: 'second_factor_changed' },
    ]);
    expect(await query(`SELECT 1 FROM jobs.job WHERE name = 'mail' AND data::text <> '{}'`)).not.toEqual([]);
    expect(await query(`SELECT action FROM audit_events WHERE actor_id = $1 ORDER BY seq`, person.userId)).toEqual(
      expect.arrayContaining([{ action: 'second_factor.added' }, { action: 'recovery_codes.made' }]),
    );
  });
});

describe('AT-47: codes', () => {
  test.each([
    'secondFactor.startTotp',
    'secondFactor.confirmTotp',
    'secondFactor.removeTotp',
    'secondFactor.newRecoveryCodes',
  ])('%s cannot be had by GET, nor without having proved lately who one is', async (path) => {
    const { person, app } = await newStrongPerson();
    const input = { code: app.code() };
    const asked = await fetch(`${running.url}/trpc/${path}?${new URLSearchParams({ input: JSON.stringify(input) })}`, {
      headers: { authorization: `Bearer ${person.token}` },
    });
    expect(asked.ok).toBe(false);
    await query(`UPDATE sign_ins SET authenticated_at = now() - interval '16 minutes' WHERE id = $1`, person.signInId);
    expect((await refusal(running, person, path, input)).code).toBe('auth.confirmation_required');
    expect(await statusOf(person)).toEqual({ hasTotp: true, passkeys: 0, recoveryCodesLeft: 10 });
  });

  test('removing and new recovery codes want a code besides, and a wrong one changes nothing', async () => {
    const { person, app } = await newStrongPerson();
    const way = { token: person.token };
    const before = await query(`SELECT * FROM recovery_codes WHERE user_id = $1 ORDER BY code_hash`, person.userId);

    codeFails(await call(running, 'secondFactor.newRecoveryCodes', {}, way));
    codeFails(await call(running, 'secondFactor.newRecoveryCodes', { code: wrongCode(running, app.secret) }, way));
    codeFails(await call(running, 'secondFactor.removeTotp', { code: wrongCode(running, app.secret) }, way));
    expect((await call(running, 'secondFactor.removeTotp', {}, way)).status).toBe(400);
    expect((await refusal(running, person, 'secondFactor.startTotp', undefined)).code).toBe('totp.active');

    expect(await statusOf(person)).toMatchObject({ hasTotp: true });
    expect(await query(`SELECT * FROM recovery_codes WHERE user_id = $1 ORDER BY code_hash`, person.userId)).toEqual(
      before,
    );
  });

  test('of two right ones in parallel exactly one is taken', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { person, app } = await newStrongPerson();
      const code = app.code();
      const answers = await Promise.all(
        Array.from({ length: 4 }, () =>
          call(running, 'secondFactor.newRecoveryCodes', { code }, { token: person.token }),
        ),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
    }
  });

  test('work once, also the ones before them, and one step early or late', async () => {
    const { person, app } = await newStrongPerson();
    const tries = async (steps: number) => {
      const answer = await call(
        running,
        'secondFactor.newRecoveryCodes',
        { code: app.code(steps) },
        { token: person.token },
      );
      return answer.status;
    };
    expect(await tries(-2)).toBe(401);
    expect(await tries(2)).toBe(401);
    expect(await tries(-1)).toBe(200);
    expect(await tries(1)).toBe(200);
    expect(await tries(1)).toBe(401);
    expect(await tries(0)).toBe(401);
  });

  test('may be written with blanks; what is no code is refused before it is looked at', async () => {
    const { person, app } = await newStrongPerson();
    const code = ` ${app.code().slice(0, 3)} ${app.code().slice(3)}\t`;
    const made = await ask(running, person, 'secondFactor.newRecoveryCodes', { code }, recoveryCodesMade);
    expect(made.recoveryCodes.some((one) => app.recoveryCodes.includes(one))).toBe(false);
    for (const none of ['', '12345', '1234567', 'abcdef', '１２３４５６', null, {}, 123_456]) {
      const answer = await call(running, 'secondFactor.newRecoveryCodes', { code: none }, { token: person.token });
      expect(answer.status).toBe(400);
    }
  });

  test('that are guessed are held up, over all ways to show one, however many at once', async () => {
    const { person, app } = await newStrongPerson();
    const wrong = wrongCode(running, app.secret);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        index % 2
          ? call(running, 'secondFactor.removeTotp', { code: wrong }, { token: person.token })
          : call(running, 'auth.confirm', { code: wrong }, { cookie: person.cookie, token: person.token }),
      ),
    );
    const statuses = answers.map(({ status }) => status);

    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(25);
    const held = await call(running, 'secondFactor.removeTotp', { code: app.code() }, { token: person.token });
    expect(wireErrorOf(held)).toMatchObject({ code: 'request.too_many', details: { limit: 'codes' } });
    await query(`UPDATE sign_in_failures SET last_failed_at = now() - interval '1 hour'`);
    expect((await call(running, 'secondFactor.removeTotp', { code: app.code() }, { token: person.token })).status).toBe(
      200,
    );
    expect(await statusOf(person)).toEqual({ hasTotp: false, passkeys: 0, recoveryCodesLeft: 0 });
  });
});

describe('signing in with a second factor', () => {
  test('a right password gives no token, but a challenge bound to the browser; the code gives both factors', async () => {
    const { person, app } = await newStrongPerson();
    const before = await query(`SELECT count(*) FROM sign_ins WHERE user_id = $1`, person.userId);
    const { browser, challenge, methods, expiresAt } = await afterPassword(person);

    expect(methods).toEqual(['totp', 'recovery_code']);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(9 * 60_000);
    expect(browser.get('atelier_refresh')).toBeUndefined();
    expect(browser.get('atelier_second_factor')).toMatch(/^[\w-]{43}\.[\w-]{43}$/);
    expect(await query(`SELECT count(*) FROM sign_ins WHERE user_id = $1`, person.userId)).toEqual(before);
    expect(pendingSecondFactor.parse(dataOf(await browser.call('auth.pendingSecondFactor')))).toEqual({
      methods,
      expiresAt,
    });

    const grant = grantDto.parse(dataOf(await browser.call('auth.secondFactor', { challenge, code: app.code() })));

    expect(await me(grant.accessToken)).toBe(200);
    expect(browser.get('atelier_refresh')).toMatch(/^[\w-]{43}$/);
    expect(browser.get('atelier_second_factor')).toBeUndefined();
    expect(await query(`SELECT methods FROM sign_ins WHERE id = $1`, grant.identity.signInId)).toEqual([
      { methods: ['password', 'totp'] },
    ]);
    expect(dataOf(await browser.call('auth.pendingSecondFactor'))).toBeNull();
  });

  test('the cookie is for no script and no other site', async () => {
    const { person } = await newStrongPerson();
    const answer = await call(running, 'auth.signIn', { email: person.email, password });
    const [line = '', ...others] = answer.headers.getSetCookie();
    expect(others).toEqual([]);
    expect(line).toMatch(/^atelier_second_factor=.*HttpOnly.*SameSite=Strict/);
    expect(answer.text).not.toContain(line.slice('atelier_second_factor='.length, 60));
  });

  test('a challenge is worth nothing in another browser, with another cookie, for another purpose, or twice', async () => {
    const { person, app } = await newStrongPerson();
    const one = await afterPassword(person);
    const other = await afterPassword(person);
    const code = app.code();
    const refused = async (browser: HeldCookies, input: object) => {
      const answer = await browser.call('auth.secondFactor', input);
      expect([answer.status, wireErrorOf(answer).code]).toEqual([401, 'auth.challenge_ended']);
    };

    await refused(new HeldCookies(running), { challenge: one.challenge, code });
    await refused(other.browser, { challenge: one.challenge, code });
    await refused(new HeldCookies(running, `atelier_second_factor=${'A'.repeat(43)}.${one.challenge}`), { code });
    await refused(new HeldCookies(running, `atelier_refresh=${one.challenge}`), { code });
    expect((await call(running, 'auth.renew', {}, { cookie: `atelier_refresh=${one.challenge}` })).status).toBe(401);
    expect(await me(one.challenge)).toBe(401);
    const held = one.browser.header;
    expect((await one.browser.call('auth.secondFactor', { code })).status).toBe(200);
    await letCodesPass(running, person);
    await refused(new HeldCookies(running, held), { challenge: one.challenge, code });
    await query(`UPDATE one_time_tokens SET expires_at = now() WHERE user_id = $1`, person.userId);
    await refused(other.browser, { challenge: other.challenge, code });
  });

  test('a challenge takes five tries, however many at once, and none after', async () => {
    const { person, app } = await newStrongPerson();
    const { browser, challenge } = await afterPassword(person);
    const wrong = wrongCode(running, app.secret);
    const held = browser.header;
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        new HeldCookies(running, held).call('auth.secondFactor', { challenge, code: wrong }),
      ),
    );
    expect(answers.filter((answer) => wireErrorOf(answer).code === 'auth.challenge_ended')).toHaveLength(7);
    await query(`DELETE FROM sign_in_failures`);
    const late = await browser.call('auth.secondFactor', { challenge, code: app.code() });
    expect(wireErrorOf(late).code).toBe('auth.challenge_ended');
  });

  test('a recovery code stands in once, however it is written, and its person is told', async () => {
    const { person, app } = await newStrongPerson();
    const [code = ''] = app.recoveryCodes;
    const first = await afterPassword(person);
    const mails = async () => (await query(`SELECT count(*)::int AS n FROM jobs.job WHERE name = 'mail'`))[0].n;
    const before = await mails();
    const written = ` ${code.toUpperCase().replaceAll('-', ' ')} `;
    const grant = grantDto.parse(dataOf(await first.browser.call('auth.secondFactor', { recoveryCode: written })));

    expect(await query(`SELECT methods FROM sign_ins WHERE id = $1`, grant.identity.signInId)).toEqual([
      { methods: ['password', 'recovery_code'] },
    ]);
    expect(await mails()).toBe(before + 1);
    expect(await statusOf(person)).toMatchObject({ recoveryCodesLeft: 9 });
    const second = await afterPassword(person);
    codeFails(await second.browser.call('auth.secondFactor', { recoveryCode: code }));
    const someoneElse = await newStrongPerson();
    codeFails(await second.browser.call('auth.secondFactor', { recoveryCode: someoneElse.app.recoveryCodes[0] }));
  });

  test('somebody who was suspended meanwhile is not let in', async () => {
    const { person, app } = await newStrongPerson();
    const { browser } = await afterPassword(person);
    await query(`UPDATE users SET status = 'suspended' WHERE id = $1`, person.userId);
    const answer = await browser.call('auth.secondFactor', { code: app.code() });
    expect(wireErrorOf(answer).code).toBe('auth.invalid_credentials');
  });

  test('it is recorded, also what failed', async () => {
    const { person, app } = await newStrongPerson();
    const { browser } = await afterPassword(person);
    await browser.call('auth.secondFactor', { code: wrongCode(running, app.secret) });
    await browser.call('auth.secondFactor', { code: app.code() });
    const rows = await query(
      `SELECT action, outcome, reason FROM audit_events WHERE target_id = $1 AND action LIKE 'sign_in%' ORDER BY seq DESC LIMIT 2`,
      person.userId,
    );
    expect(rows).toEqual([
      { action: 'sign_in.succeeded', outcome: 'ok', reason: null },
      { action: 'sign_in.failed', outcome: 'failed', reason: 'auth.code_invalid' },
    ]);
  });
});

describe('after coming back from a provider', () => {
  test('the challenge is in the cookie only, and the page that asks for the rest is shown', async () => {
    await using provider = await startIdentityProvider();
    const { issuer, clientId, clientSecret } = provider;
    await using program = await startProgram({
      env: { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret },
    });
    provider.setPerson({ subject: newId(), email: `${newId()}@example.com`, emailVerified: true, name: 'Ada' });
    const home = `http://localhost:${program.port}`;
    const go = async (browser: VisitingBrowser) => await browser.go(`${home}/auth/oauth/oidc/start?returnTo=/settings`);
    const first = new VisitingBrowser();
    await go(first);
    const grant = grantDto.parse(dataOf(await call(program, 'auth.renew', {}, { cookie: first.cookieFor(home) })));
    const { user, organisation, signInId } = grant.identity;
    const person = {
      ...{ email: user.email, name: user.name, token: grant.accessToken, cookie: '', userId: user.id },
      ...{ organisationId: organisation.id, signInId: signInId ?? '' },
    };
    const app = await setUpApp(program, person);

    const browser = new VisitingBrowser();
    const arrival = await go(browser);

    expect(`${arrival.url.pathname}${arrival.url.search}`).toBe('/auth/second-factor?next=%2Fsettings');
    const cookie = browser.cookieFor(home);
    expect(cookie).not.toContain('atelier_refresh');
    expect(browser.lineOf(home, 'atelier_second_factor')).toMatch(/HttpOnly.*SameSite=Strict/);
    expect(arrival.way.join(' ')).not.toContain(cookie.split('.').at(-1) ?? '?');
    const held = new HeldCookies(program, cookie);
    expect(pendingSecondFactor.parse(dataOf(await held.call('auth.pendingSecondFactor')))?.methods).toContain('totp');
    const done = grantDto.parse(dataOf(await held.call('auth.secondFactor', { code: app.code() })));
    const { rows } = await program.database.pool.query(`SELECT methods FROM sign_ins WHERE id = $1`, [
      done.identity.signInId,
    ]);
    expect(rows).toEqual([{ methods: ['oidc', 'totp'] }]);

    await program.database.pool.query(`UPDATE users SET status = 'suspended' WHERE id = $1`, [user.id]);
    expect((await go(new VisitingBrowser())).url.search).toContain('problem=account_suspended');
  });
});
