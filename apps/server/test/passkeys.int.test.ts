import { grantDto, signInAnswer } from '@atelier/contracts/auth';
import { assertionOptions, passkeyDto, passkeyList, registrationOptions } from '@atelier/contracts/passkeys';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, ask, call, dataOf, refusal, wireErrorOf } from './calls.ts';
import { HeldCookies } from './held-cookies.ts';
import { newPerson, type Person, password } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { type AnswerChange, SoftwareAuthenticator } from './software-authenticator.ts';

let running: RunningProgram;
let origin: string;
beforeAll(async () => {
  running = await startProgram();
  origin = `http://localhost:${running.port}`;
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

const query = async (sql: string, ...values: unknown[]) => (await running.database.pool.query(sql, values)).rows;
const browserOf = (person: Person) => new HeldCookies(running, person.cookie);
const refused = (answer: Answer) =>
  expect([answer.status, wireErrorOf(answer).code]).toEqual([401, 'auth.passkey_refused']);
const listOf = async (person: Person) => (await ask(running, person, 'passkeys.list', undefined, passkeyList)).items;

async function startRegistration(person: Person, browser = browserOf(person)) {
  const options = registrationOptions.parse(
    dataOf(await browser.call('passkeys.startRegistration', undefined, { token: person.token })),
  );
  return { browser, options };
}

/** Somebody with a passkey. */
async function withPasskey(
  format: 'none' | 'packed' = 'none',
): Promise<{ readonly person: Person; readonly authenticator: SoftwareAuthenticator; readonly passkeyId: string }> {
  const person = await newPerson(running);
  const authenticator = new SoftwareAuthenticator(origin);
  const { browser, options } = await startRegistration(person);
  const input = { name: 'My key', response: authenticator.create(options, { format }) };
  const made = passkeyDto.parse(
    dataOf(await browser.call('passkeys.finishRegistration', input, { token: person.token })),
  );
  return { person, authenticator, passkeyId: made.id };
}

async function startSignIn() {
  const browser = new HeldCookies(running);
  return { browser, options: assertionOptions.parse(dataOf(await browser.call('auth.startPasskeySignIn'))) };
}

describe('a new passkey', () => {
  test.each(['none', 'packed'] as const)(
    'with attestation %s signs its person in by itself, as two factors',
    async (format) => {
      const { person, authenticator } = await withPasskey(format);
      const { browser, options } = await startSignIn();

      expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required', allowCredentials: [] });
      const answer = await browser.call('auth.passkeySignIn', { response: authenticator.get(options) });
      const { identity } = grantDto.parse(dataOf(answer));

      expect(identity.user.id).toBe(person.userId);
      expect(browser.get('atelier_refresh')).toMatch(/^[\w-]{43}$/);
      expect(await query(`SELECT methods FROM sign_ins WHERE id = $1`, identity.signInId)).toEqual([
        { methods: ['passkey'] },
      ]);
      expect((await listOf(person))[0]).toMatchObject({
        name: 'My key',
        isBackedUp: true,
        lastUsedAt: expect.any(String),
      });
    },
  );

  test('is asked of an authenticator that keeps it, verifies its person, and has none of ours yet', async () => {
    const { person, authenticator } = await withPasskey();
    const { options } = await startRegistration(person);
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Atelier' },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
    });
    expect(options.excludeCredentials.map(({ id }) => id)).toEqual([authenticator.id]);
    expect(Buffer.from(options.user.id, 'base64url').toString('hex')).toBe(person.userId.replaceAll('-', ''));
    expect(Buffer.from(options.challenge, 'base64url')).toHaveLength(32);
  });

  test.each<[string, AnswerChange]>([
    ['from another page', { origin: 'https://evil.example' }],
    ['from another port of ours', { origin: 'http://localhost:1' }],
    ['from another of our loopback names', { origin: 'http://127.0.0.1' }],
    ['for another host', { rpId: 'evil.example' }],
    ['to another challenge', { challenge: 'A'.repeat(43) }],
    ['that was a use', { type: 'webauthn.get' }],
    ['without verifying its person', { isVerified: false }],
    ['without anybody there', { isPresent: false }],
  ])('%s is refused', async (_name, change) => {
    const person = await newPerson(running);
    const { browser, options } = await startRegistration(person);
    const response = new SoftwareAuthenticator(origin).create(options, change);
    refused(await browser.call('passkeys.finishRegistration', { name: 'x', response }, { token: person.token }));
    expect(await listOf(person)).toEqual([]);
  });

  test('works with its challenge once, in its browser, for its person', async () => {
    const [person, other] = [await newPerson(running), await newPerson(running)];
    const { browser, options } = await startRegistration(person);
    const input = (authenticator = new SoftwareAuthenticator(origin)) => ({
      name: 'x',
      response: authenticator.create(options),
    });
    const held = browser.header;
    refused(await call(running, 'passkeys.finishRegistration', input(), { token: person.token }));
    const second = await startRegistration(person);
    const foreign = new HeldCookies(running, second.browser.header);
    const asOther = { name: 'x', response: new SoftwareAuthenticator(origin).create(second.options) };
    refused(await foreign.call('passkeys.finishRegistration', asOther, { token: other.token }));
    const made = await browser.call('passkeys.finishRegistration', input(), { token: person.token });
    expect(made.status).toBe(200);
    refused(await new HeldCookies(running, held).call('passkeys.finishRegistration', input(), { token: person.token }));
    expect(await listOf(person)).toHaveLength(1);
    expect(await listOf(other)).toEqual([]);
  });

  test('that is known already is refused, also by somebody else', async () => {
    const { authenticator } = await withPasskey();
    const other = await newPerson(running);
    const { browser, options } = await startRegistration(other);
    const input = { name: 'x', response: authenticator.create(options) };
    const answer = await browser.call('passkeys.finishRegistration', input, { token: other.token });
    expect(wireErrorOf(answer).code).toBe('passkey.exists');
  });
});

describe('signing in by a passkey', () => {
  test.each<[string, AnswerChange]>([
    ['from another page', { origin: 'https://evil.example' }],
    ['for another host', { rpId: 'evil.example' }],
    ['to another challenge', { challenge: 'A'.repeat(43) }],
    ['that was a making', { type: 'webauthn.create' }],
    ['without verifying its person', { isVerified: false }],
    ['with another key', { isForged: true }],
    ['for somebody else', { userHandle: Buffer.from('0'.repeat(16)).toString('base64url') }],
  ])('%s is refused', async (_name, change) => {
    const { authenticator } = await withPasskey();
    const { browser, options } = await startSignIn();
    refused(await browser.call('auth.passkeySignIn', { response: authenticator.get(options, change) }));
    expect(browser.get('atelier_refresh')).toBeUndefined();
  });

  test('a challenge works once, in one browser, in time, and for signing in only', async () => {
    const { person, authenticator } = await withPasskey();
    const { browser, options } = await startSignIn();
    const held = browser.header;
    const elsewhere = await startSignIn();
    refused(await elsewhere.browser.call('auth.passkeySignIn', { response: authenticator.get(options) }));
    refused(await call(running, 'auth.passkeySignIn', { response: authenticator.get(options) }));
    const forged = new HeldCookies(running, `atelier_passkey=${'A'.repeat(43)}.${options.challenge}`);
    refused(await forged.call('auth.passkeySignIn', { response: authenticator.get(options) }));
    const confirming = new HeldCookies(running, `${person.cookie}; ${held}`);
    refused(await confirming.call('auth.confirm', { passkey: authenticator.get(options) }, { token: person.token }));

    const { browser: again, options: next } = await startSignIn();
    const used = again.header;
    expect((await again.call('auth.passkeySignIn', { response: authenticator.get(next) })).status).toBe(200);
    refused(await new HeldCookies(running, used).call('auth.passkeySignIn', { response: authenticator.get(next) }));

    const late = await startSignIn();
    await query(`UPDATE one_time_tokens SET expires_at = now() WHERE used_at IS NULL`);
    refused(await late.browser.call('auth.passkeySignIn', { response: authenticator.get(late.options) }));
  });

  test('one response in parallel signs in once', async () => {
    const { authenticator } = await withPasskey();
    const { browser, options } = await startSignIn();
    const response = authenticator.get(options);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () =>
        new HeldCookies(running, browser.header).call('auth.passkeySignIn', { response }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
  });

  test('a counter that goes back or stays is refused and recorded; one that is always 0 is no counter', async () => {
    const { person, authenticator } = await withPasskey();
    const signIn = async (counter: number) => {
      const { browser, options } = await startSignIn();
      return await browser.call('auth.passkeySignIn', { response: authenticator.get(options, { counter }) });
    };
    for (const counter of [0, 0, 7]) expect((await signIn(counter)).status).toBe(200);
    for (const counter of [7, 3, 0]) refused(await signIn(counter));
    expect((await signIn(8)).status).toBe(200);
    expect(
      await query(
        `SELECT reason, outcome FROM audit_events WHERE target_id = $1 AND action = 'sign_in.failed'`,
        person.userId,
      ),
    ).toEqual(Array(3).fill({ reason: 'passkey_counter', outcome: 'denied' }));
  });

  test('somebody who is suspended, or whose passkey is gone, is not let in', async () => {
    const { person, authenticator, passkeyId } = await withPasskey();
    await query(`UPDATE users SET status = 'suspended' WHERE id = $1`, person.userId);
    const one = await startSignIn();
    const answer = await one.browser.call('auth.passkeySignIn', { response: authenticator.get(one.options) });
    expect([answer.status, wireErrorOf(answer).code]).toEqual([401, 'auth.invalid_credentials']);
    await query(`UPDATE users SET status = 'active' WHERE id = $1`, person.userId);
    await ask(running, person, 'passkeys.remove', { passkeyId }, passkeyDto.partial());
    const two = await startSignIn();
    refused(await two.browser.call('auth.passkeySignIn', { response: authenticator.get(two.options) }));
  });
});

describe('a passkey beside a password', () => {
  test('is asked for as the second factor', async () => {
    const { person, authenticator } = await withPasskey();
    const stranger = await withPasskey();
    const browser = new HeldCookies(running);
    const first = signInAnswer.parse(dataOf(await browser.call('auth.signIn', { email: person.email, password })));
    if (first.status !== 'second_factor') throw new Error('No second factor was asked for.');
    expect(first.methods).toEqual(['passkey']);
    const start = async () =>
      assertionOptions.parse(dataOf(await browser.call('auth.startPasskeyFactor', { challenge: first.challenge })));

    const options = await start();
    expect(options.allowCredentials.map(({ id }) => id)).toEqual([authenticator.id]);
    refused(await browser.call('auth.secondFactor', { passkey: stranger.authenticator.get(options) }));
    const answer = await browser.call('auth.secondFactor', { passkey: authenticator.get(await start()) });

    const { identity } = grantDto.parse(dataOf(answer));
    expect(await query(`SELECT methods FROM sign_ins WHERE id = $1`, identity.signInId)).toEqual([
      { methods: ['password', 'passkey'] },
    ]);
    const nobody = await new HeldCookies(running).call('auth.startPasskeyFactor', {});
    expect(wireErrorOf(nobody).code).toBe('auth.challenge_ended');
  });

  test('proves again who is there', async () => {
    const { person, authenticator } = await withPasskey();
    await query(`UPDATE sign_ins SET authenticated_at = now() - interval '1 hour' WHERE id = $1`, person.signInId);
    expect((await refusal(running, person, 'passkeys.startRegistration', undefined)).code).toBe(
      'auth.confirmation_required',
    );
    const browser = browserOf(person);
    const options = assertionOptions.parse(
      dataOf(await browser.call('auth.startPasskeyConfirm', undefined, { token: person.token })),
    );
    const input = { passkey: authenticator.get(options) };
    const { accessToken } = grantDto.parse(dataOf(await browser.call('auth.confirm', input, { token: person.token })));
    expect((await call(running, 'passkeys.startRegistration', undefined, { token: accessToken })).status).toBe(200);
  });
});

describe('passkeys of mine', () => {
  test('are named and removed by me alone', async () => {
    const { person, passkeyId } = await withPasskey();
    const other = await newPerson(running);
    for (const path of ['passkeys.rename', 'passkeys.remove']) {
      const input = { passkeyId, ...(path === 'passkeys.rename' ? { name: 'Taken' } : {}) };
      expect((await refusal(running, other, path, input)).code).toBe('passkey.not_found');
      expect((await refusal(running, person, path, { ...input, passkeyId: newId() })).code).toBe('passkey.not_found');
    }
    await call(running, 'passkeys.rename', { passkeyId, name: 'Phone' }, { token: person.token });
    expect(await listOf(person)).toMatchObject([{ id: passkeyId, name: 'Phone' }]);
    expect((await call(running, 'passkeys.remove', { passkeyId }, { token: person.token })).status).toBe(200);
    expect(await listOf(person)).toEqual([]);
  });

  test('the last way to sign in stays, also when two are removed at once', async () => {
    const { person, passkeyId } = await withPasskey();
    await query(`UPDATE accounts SET password_hash = NULL WHERE user_id = $1`, person.userId);
    expect((await refusal(running, person, 'passkeys.remove', { passkeyId })).code).toBe('auth.last_way');
    const accountId = newId();
    await query(
      `INSERT INTO accounts (id, user_id, provider, issuer, subject, created_at) VALUES ($1, $2, 'github', 'https://github.com', $3, now())`,
      accountId,
      person.userId,
      newId(),
    );
    const answers = await Promise.all([
      call(running, 'passkeys.remove', { passkeyId }, { token: person.token }),
      call(running, 'auth.unlink', { accountId }, { token: person.token }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });
});
