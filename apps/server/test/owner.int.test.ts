import { systemStatus } from '@atelier/contracts/system';
import { newId } from '@atelier/kernel/ids';
import { describe, expect, test } from 'vitest';
import { type Answer, call, dataOf, refusal, wireErrorOf } from './calls.ts';
import { grantOf, newPerson, password } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

const codeOf = (answer: Answer) => (answer.status === 200 ? 'ok' : wireErrorOf(answer).code);

/** A new link, as it is printed at the start, and its secret. */
async function newSecret(running: RunningProgram): Promise<string> {
  const link = (await running.program.newSetupLink()) ?? '';
  expect(link).toMatch(new RegExp(`^http://localhost:${running.port}/auth/setup#[\\w-]{43}$`));
  return link.split('#')[1] ?? '';
}

const setUp = (running: RunningProgram, token: string, more: object = {}) =>
  call(running, 'installation.setUp', { token, email: `${newId()}@example.com`, name: 'Ada', password, ...more });

async function ownersOf(running: RunningProgram): Promise<readonly string[]> {
  const { rows } = await running.database.pool.query<{ id: string }>(
    `SELECT id FROM users WHERE installation_role = 'owner'`,
  );
  return rows.map(({ id }) => id);
}

const statusOf = async (running: RunningProgram) =>
  systemStatus.parse(dataOf(await call(running, 'system.status', undefined)));

describe('a new installation', () => {
  test('is owned by nobody until the printed link is opened, however many register', async () => {
    await using running = await startProgram();
    const first = await newPerson(running);

    expect(await ownersOf(running)).toEqual([]);
    expect(await statusOf(running)).toMatchObject({ hasUsers: true, hasOwner: false });
    expect((await refusal(running, first, 'installation.settings', undefined)).code).toBe('permission.denied');

    const answer = await setUp(running, await newSecret(running));
    const { identity, accessToken } = grantOf(answer);
    expect(identity.user).toMatchObject({ installationRole: 'owner', isEmailVerified: true });
    expect(await ownersOf(running)).toEqual([identity.user.id]);
    expect((await statusOf(running)).hasOwner).toBe(true);
    expect((await call(running, 'installation.settings', undefined, { token: accessToken })).status).toBe(200);
    const { rows } = await running.database.pool.query(
      `SELECT actor_id, target_id FROM audit_events WHERE action = 'owner.claimed'`,
    );
    expect(rows).toEqual([{ actor_id: identity.user.id, target_id: identity.user.id }]);
  });

  test('is claimed by somebody who has an account', async () => {
    await using running = await startProgram();
    const person = await newPerson(running);
    const token = await newSecret(running);

    expect((await refusal(running, null, 'installation.claim', { token })).code).toBe('auth.required');
    expect((await refusal(running, person, 'installation.claim', { token: 'A'.repeat(43) })).code).toBe(
      'auth.link_invalid',
    );
    expect(codeOf(await call(running, 'installation.claim', { token }, { token: person.token }))).toBe('ok');
    expect(await ownersOf(running)).toEqual([person.userId]);
    expect((await call(running, 'installation.settings', undefined, { token: person.token })).status).toBe(200);
  });

  test('V-07: the link is good for an hour and once; with an owner there is none, and the others are dead', async () => {
    await using running = await startProgram();
    const [late, spare, used] = [await newSecret(running), await newSecret(running), await newSecret(running)];
    running.clock.offsetMs = 61 * 60_000;
    expect(codeOf(await setUp(running, late))).toBe('auth.link_invalid');
    running.clock.offsetMs = 0;
    const person = await newPerson(running);

    // What does not become an owner uses no link up.
    expect(codeOf(await setUp(running, used, { password: 'password1' }))).toBe('auth.password_weak');
    expect(codeOf(await setUp(running, used, { email: person.email }))).toBe('auth.registration_refused');
    expect(codeOf(await setUp(running, used))).toBe('ok');

    for (const token of [used, spare, 'A'.repeat(43)]) {
      expect(codeOf(await setUp(running, token))).toBe('installation.has_owner');
      expect((await refusal(running, person, 'installation.claim', { token })).code).toBe('installation.has_owner');
    }
    expect(await running.program.newSetupLink()).toBeNull();
    const { rows } = await running.database.pool.query(
      `SELECT count(*)::int AS open FROM one_time_tokens WHERE purpose = 'setup' AND used_at IS NULL`,
    );
    expect(rows).toEqual([{ open: 0 }]);
    expect(await ownersOf(running)).toHaveLength(1);
  });

  test('keeps the secret of its link by a hash only, and logs nothing of it', async () => {
    await using running = await startProgram();
    const secret = await newSecret(running);
    const { rows } = await running.database.pool.query(`SELECT t::text AS row FROM one_time_tokens t`);

    expect(rows).toHaveLength(1);
    expect(JSON.stringify([rows, running.errors])).not.toContain(secret);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(secret).toString('hex'));
  });
});

test('AT-10: of thirty who register, set up and claim at once on four servers one owns it, and never by registering', async () => {
  await using first = await startProgram();
  const serverOnly = { server: true, worker: false };
  await using servers = new AsyncDisposableStack();
  const all = [first];
  while (all.length < 4) all.push(servers.use(await startProgram({ beside: first, roles: serverOnly })));
  const at = (n: number) => all[n % all.length] ?? first;

  for (let repetition = 0; repetition < 5; repetition += 1) {
    await first.database.pool.query(`UPDATE users SET installation_role = 'user'`);
    const claimers = await Promise.all([0, 1, 2, 3, 4].map((n) => newPerson(at(n))));
    const secrets = await Promise.all(all.map(newSecret));
    const secret = (n: number) => secrets[n % secrets.length] ?? '';
    const email = `${newId()}@example.com`;

    const attempts = await Promise.all([
      ...claimers.map(async ({ token }, n) => {
        return { kind: 'claim', answer: await call(at(n), 'installation.claim', { token: secret(n) }, { token }) };
      }),
      ...Array.from({ length: 10 }, async (_, n) => ({ kind: 'set up', answer: await setUp(at(n), secret(n + 1)) })),
      // The same address at once, by both ways.
      ...Array.from({ length: 5 }, async (_, n) => ({
        kind: 'set up',
        answer: await setUp(at(n), secret(n), { email }),
      })),
      ...Array.from({ length: 10 }, async (_, n) => {
        const input = { email: n < 2 ? email : `${newId()}@example.com`, password, name: 'Bea' };
        return { kind: 'register', answer: await call(at(n), 'auth.register', input) };
      }),
    ]);

    const codes = (kind: string) => attempts.filter((each) => each.kind === kind).map(({ answer }) => codeOf(answer));
    const [owner, ...others] = await ownersOf(first);
    expect([typeof owner, others]).toEqual(['string', []]);
    expect([...codes('claim'), ...codes('set up')].filter((code) => code === 'ok')).toHaveLength(1);
    for (const code of [...codes('claim'), ...codes('set up')]) {
      expect(['ok', 'installation.has_owner', 'auth.link_invalid', 'auth.registration_refused']).toContain(code);
    }
    for (const { kind, answer } of attempts) {
      if (kind === 'register' && answer.status === 200)
        expect(grantOf(answer).identity.user.installationRole).toBe('user');
    }
    expect(codes('register').filter((code) => code === 'ok').length).toBeGreaterThanOrEqual(8);
  }
  expect(all.flatMap(({ errors }) => errors)).toEqual([]);
}, 120_000);
