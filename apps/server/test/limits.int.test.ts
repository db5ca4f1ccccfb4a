import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { grantDto } from '@atelier/contracts/auth';
import { type LimitStatus, limitStatus } from '@atelier/contracts/limits';
import { invitationMade, organisationSummary } from '@atelier/contracts/organisations';
import { newId } from '@atelier/kernel/ids';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { type Answer, ask, call, request, wireErrorOf } from './calls.ts';
import { newPerson, newSession, type Person, password, send, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { TestSocket } from './test-socket.ts';

const serverOnly = { server: true, worker: false };

const me = (running: RunningProgram, who: { readonly token: string }) =>
  call(running, 'auth.me', undefined, { token: who.token });
const attempt = (running: RunningProgram, email: string, headers: Readonly<Record<string, string>> = {}) =>
  call(running, 'auth.signIn', { email, password: 'not it' }, { headers });
const from = (...hops: readonly string[]) => ({ 'x-forwarded-for': hops.join(', ') });

/** The refusal of what is too much, which says when to come back, in the body and in the header. */
function refusedFor(answer: Answer, limit: string) {
  const error = wireErrorOf(answer);
  expect([answer.status, error.code, error.retryable, error.details]).toEqual([
    429,
    'request.too_many',
    true,
    { limit },
  ]);
  expect(error.retryAfterMs).toBeGreaterThan(0);
  expect(answer.headers.get('retry-after')).toBe(String(Math.ceil((error.retryAfterMs ?? 0) / 1000)));
}

/** How many of so many calls were not refused as too many. */
async function passed(calls: number, ask: () => Promise<Answer>): Promise<number> {
  let count = 0;
  for (let n = 0; n < calls; n += 1) count += (await ask()).status === 429 ? 0 : 1;
  return count;
}

test('two servers share a limit, and each of several people has one', async () => {
  await using one = await startProgram({ env: { LIMIT_PROCEDURES: '60' } });
  await using two = await startProgram({ beside: one, roles: serverOnly, env: { LIMIT_PROCEDURES: '60' } });
  const [ada, bea] = [await newPerson(one), await newPerson(one)];

  expect((await passed(40, () => me(one, ada))) + (await passed(40, () => me(two, ada)))).toBe(60);
  refusedFor(await me(one, ada), 'procedures');
  refusedFor(await me(two, ada), 'procedures');
  expect((await me(one, bea)).status).toBe(200);

  await using socket = await TestSocket.open(one, { params: { token: ada.token } });
  expect((await socket.ask('auth.me')).error?.data.app.code).toBe('request.too_many');
  const download = await fetch(`${one.url}/api/sessions/${newId()}/files?path=a`, {
    headers: { authorization: `Bearer ${ada.token}` },
  });
  expect(download.status).toBe(429);
});

test('attempts to sign in are counted by address and by account', async () => {
  await using running = await startProgram({
    env: { TRUST_PROXY: '1', LIMIT_AUTH_BY_ADDRESS: '10', LIMIT_AUTH_BY_ACCOUNT: '12' },
  });
  const address = () => `${newId()}@example.com`;

  expect(await passed(15, () => attempt(running, address(), from('203.0.113.1')))).toBe(10);
  refusedFor(await attempt(running, address(), from('203.0.113.1')), 'auth_by_address');
  const register = { email: address(), password, name: 'Ada' };
  refusedFor(await call(running, 'auth.register', register, { headers: from('203.0.113.1') }), 'auth_by_address');
  expect((await attempt(running, address(), from('203.0.113.2'))).status).toBe(401);

  const email = address();
  let host = 10;
  const elsewhere = () => from(`203.0.113.${host++}`);
  const spelled = [email, email.toUpperCase(), ` ${email}`, `${' '.repeat(500)}${email}`];
  // Whatever names an account counts. Signing in would be held up before, by failing.
  const reset = (name: string) => call(running, 'auth.requestReset', { email: name }, { headers: elsewhere() });
  expect(await passed(20, () => reset(spelled[host % spelled.length] ?? ''))).toBe(12);
  refusedFor(await attempt(running, email, elsewhere()), 'auth_by_account');
  expect((await attempt(running, address(), elsewhere())).status).toBe(401);
});

test('going to a provider is an attempt, too, and one too many leads back with the reason', async () => {
  await using running = await startProgram({
    env: { LIMIT_AUTH_BY_ADDRESS: '2', GITHUB_CLIENT_ID: 'github', GITHUB_CLIENT_SECRET: 'secret' },
  });
  const start = async () => {
    const address = `http://localhost:${running.port}/auth/oauth/github/start`;
    return (await request(running, address, { redirect: 'manual' })).headers.get('location');
  };

  for (let n = 0; n < 2; n += 1) expect(await start()).toMatch(/^https:\/\/github\.com\//);
  expect(await start()).toBe('/auth/sign-in?problem=too_many&provider=github');
});

test('twenty attempts in one request are twenty attempts', async () => {
  await using running = await startProgram({ env: { LIMIT_AUTH_BY_ADDRESS: '5' } });
  const inputs = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [n, { email: 'a@example.com', password: 'x' }]),
  );
  const response = await fetch(`${running.url}/trpc/${Array(20).fill('auth.signIn').join(',')}?batch=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(inputs),
  });
  const text = await response.text();

  expect(text.match(/"auth\.invalid_credentials"/g)).toHaveLength(5);
  expect(text.match(/"request\.too_many"/g)).toHaveLength(15);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('AT-16: only the address that our own proxy names counts: inventing others does not escape a limit', async () => {
  const env = { TRUST_PROXY: '1', LIMIT_AUTH_BY_ADDRESS: '5', LIMIT_CONNECTS_BY_ADDRESS: '5' };
  await using behind = await startProgram({ env });
  const invented = () => from(`198.51.100.${Math.floor(Math.random() * 255)}`, '203.0.113.1');
  expect(await passed(20, () => attempt(behind, `${newId()}@example.com`, invented()))).toBe(5);
  expect((await attempt(behind, `${newId()}@example.com`, from('203.0.113.1', '203.0.113.2'))).status).toBe(401);
  expect(await sockets(behind, 10, invented)).toEqual({ opened: 5, retryAfter: expect.any(Number) });

  // What is no address is nobody's: then the connection counts.
  const garbage = () => from(`garbage<script>${newId()}`);
  expect(await passed(20, () => attempt(behind, `${newId()}@example.com`, garbage()))).toBe(5);
  expect(await sockets(behind, 10, garbage)).toEqual({ opened: 5, retryAfter: expect.any(Number) });

  // An IPv6 network is one address: its owner has as many as they like.
  const ofNetwork = () => from(`2001:db8::${Math.floor(Math.random() * 65_535).toString(16)}`);
  expect(await passed(20, () => attempt(behind, `${newId()}@example.com`, ofNetwork()))).toBe(5);

  await using direct = await startProgram({ env: { ...env, TRUST_PROXY: '0' } });
  expect(await passed(20, () => attempt(direct, `${newId()}@example.com`, invented()))).toBe(5);
  expect(await sockets(direct, 10, invented)).toEqual({ opened: 5, retryAfter: expect.any(Number) });
});

/** Opens so many sockets one after another, and tells how many were let in and what the last refusal said. */
async function sockets(running: RunningProgram, count: number, headers: () => Readonly<Record<string, string>>) {
  let [opened, retryAfter] = [0, 0];
  for (let n = 0; n < count; n += 1) {
    const socket = new WebSocket(`${running.url.replace('http', 'ws')}/trpc`, { headers: headers() });
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      socket.once('open', () => {
        opened += 1;
        resolve();
      });
      socket.once('unexpected-response', (_request, response) => {
        expect(response.statusCode).toBe(429);
        retryAfter = Number(response.headers['retry-after']);
        expect(retryAfter).toBeGreaterThan(0);
        resolve();
      });
    });
    socket.terminate();
  }
  return { opened, retryAfter };
}

test('a person opens ten sockets a minute, and the next is asked to come back later', async () => {
  await using one = await startProgram({ env: { LIMIT_CONNECTS: '10' } });
  await using two = await startProgram({ beside: one, roles: serverOnly, env: { LIMIT_CONNECTS: '10' } });
  const [ada, bea] = [await newPerson(one), await newPerson(one)];
  for (let n = 0; n < 10; n += 1) {
    await using socket = await TestSocket.open(n % 2 ? one : two, { params: { token: ada.token } });
    expect((await socket.ask('auth.me')).result?.type).toBe('data');
  }

  for (const running of [one, two]) {
    await using socket = await TestSocket.open(running, { params: { token: ada.token } });
    expect(await socket.closed).toEqual({ code: 1013, reason: 'too many: connects' });
  }
  await using other = await TestSocket.open(two, { params: { token: bea.token } });
  expect((await other.ask('auth.me')).result?.type).toBe('data');
});

/** Waits until as many sockets are counted as this. */
async function untilLeased(running: RunningProgram, count: number): Promise<void> {
  const leases = () => running.database.pool.query('SELECT 1 FROM socket_leases').then(({ rowCount }) => rowCount);
  await expect.poll(leases, { timeout: 10_000 }).toBe(count);
}

test('a person has so many sockets open over all servers, and one that closes makes room', async () => {
  const env = { LIMIT_OPEN_SOCKETS: '4' };
  await using one = await startProgram({ env });
  await using two = await startProgram({ beside: one, roles: serverOnly, env });
  const [ada, bea] = [await newPerson(one), await newPerson(one)];
  const opened = (running: RunningProgram, who: Person) => TestSocket.open(running, { params: { token: who.token } });
  const held = await Promise.all([one, one, two, two].map((running) => opened(running, ada)));
  await untilLeased(one, 4);

  for (const running of [one, two]) {
    await using refused = await opened(running, ada);
    expect(await refused.closed).toEqual({ code: 1013, reason: 'too many: open_sockets' });
  }
  await using other = await opened(one, bea);
  expect((await other.ask('auth.me')).result?.type).toBe('data');
  await untilLeased(one, 5);

  await held.pop()?.[Symbol.asyncDispose]();
  await untilLeased(one, 4);
  held.push(await opened(one, ada));
  await untilLeased(one, 5);

  // What a server held that is gone counts no more: it said so, or it was not heard of for a minute.
  await one.database.pool.query(`UPDATE socket_servers SET expires_at = now() WHERE id = $1`, [
    two.program.services.hints.self,
  ]);
  held.push(await opened(one, ada));
  await untilLeased(one, 6);
  await two.halt();
  await untilLeased(one, 5);
  for (const socket of held) await socket[Symbol.asyncDispose]();
  await untilLeased(one, 1);
});

test('of sockets that a person opens at the same moment no more are let in than may be', async () => {
  const env = { LIMIT_OPEN_SOCKETS: '5' };
  await using one = await startProgram({ env });
  await using two = await startProgram({ beside: one, roles: serverOnly, env });
  const ada = await newPerson(one);
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, n) => TestSocket.open(n % 2 ? one : two, { params: { token: ada.token } })),
  );
  let closed = 0;
  for (const socket of all) void socket.closed.then(() => (closed += 1));
  await expect.poll(() => closed, { timeout: 10_000 }).toBe(15);
  await untilLeased(one, 5);
  for (const socket of all) await socket[Symbol.asyncDispose]();
});

test('while leases cannot be stored each server counts the sockets it has', async () => {
  await using running = await startProgram({ env: { LIMIT_OPEN_SOCKETS: '3' } });
  const ada = await newPerson(running);
  await running.database.pool.query('ALTER TABLE socket_leases RENAME TO away');
  const all = await Promise.all(
    Array.from({ length: 5 }, () => TestSocket.open(running, { params: { token: ada.token } })),
  );
  let closed = 0;
  for (const socket of all) void socket.closed.then(() => (closed += 1));
  await expect.poll(() => closed, { timeout: 10_000 }).toBe(2);
  for (const socket of all) await socket[Symbol.asyncDispose]();
  await using again = await TestSocket.open(running, { params: { token: ada.token } });
  expect((await again.ask('auth.me')).result?.type).toBe('data');
  await running.database.pool.query('ALTER TABLE away RENAME TO socket_leases');
});

test('a socket that sends too many frames is closed and not heard any more', async () => {
  await using running = await startProgram({ env: { LIMIT_SOCKET_MESSAGES: '50' } });
  const ada = await newPerson(running);
  await using socket = await TestSocket.open(running, { params: { token: ada.token } });
  const identity = vi.spyOn(running.program.services.signIns, 'identity');
  for (let n = 0; n < 500; n += 1) socket.start('auth.me');

  expect(await socket.closed).toEqual({ code: 1008, reason: 'too many messages' });
  await running.halt();
  expect(identity.mock.calls.length).toBeLessThanOrEqual(50);
});

test('a socket that goes on asking after thirty refusals is closed', async () => {
  await using running = await startProgram({ env: { LIMIT_PROCEDURES: '5' } });
  const ada = await newPerson(running);
  await using socket = await TestSocket.open(running, { params: { token: ada.token } });
  for (let n = 0; n < 20; n += 1) socket.start('auth.me');
  expect((await socket.ask('auth.me')).error?.data.app.code).toBe('request.too_many');
  for (let n = 0; n < 20; n += 1) socket.start('auth.me');

  expect(await socket.closed).toEqual({ code: 1008, reason: 'too many messages' });
});

test.each([
  ['a refusal', 'auth.me', undefined],
  ['a batch of nothing but refusals', 'auth.me,nothing.here?batch=1', undefined],
])('whoever is refused all the time is answered late, others and what is granted are not: %s', async (_name, path) => {
  await using running = await startProgram({ env: { LIMIT_REFUSALS: '5', TRUST_PROXY: '1' } });
  const ada = await newPerson(running);
  const refused = async (ip: string) =>
    await (await fetch(`${running.url}/trpc/${path}`, { headers: from(ip) })).text();
  for (let n = 0; n < 5; n += 1) await refused('203.0.113.1');
  const ended: string[] = [];
  const end = (name: string) => () => void ended.push(name);

  await Promise.all([
    refused('203.0.113.1').then(end('refused')),
    refused('203.0.113.2').then(end('refused elsewhere')),
    call(running, 'auth.me', undefined, { token: ada.token, headers: from('203.0.113.1') }).then(end('granted')),
  ]);

  expect(ended.at(-1)).toBe('refused');
});

test('AT-56: runs are counted by person and for the installation: sent, tried again and continued', async () => {
  await using running = await startProgram({ env: { LIMIT_RUNS: '3', LIMIT_RUNS_OF_ALL: '5' } });
  const [ada, bea] = [await newPerson(running), await newPerson(running)];
  const session = await newSession(running, ada);
  const input = { sessionId: session.id, clientId: newId(), parts: [{ type: 'text', text: 'count to 1' }] };
  const sent = await call(running, 'messages.send', input, { token: ada.token });
  // The same message once more is not one more run.
  for (let n = 0; n < 5; n += 1) {
    expect(await call(running, 'messages.send', input, { token: ada.token })).toMatchObject({ text: sent.text });
  }
  const { runId } = await send(running, ada, session.id, 'count to 1');
  await untilRun(running, runId, 'succeeded');
  const again = await call(running, 'runs.retry', { runId, clientId: newId() }, { token: ada.token });
  expect(again.status).toBe(200);
  await expect
    .poll(async () => {
      const { rows } = await running.database.pool.query(`SELECT 1 FROM runs WHERE state <> 'succeeded'`);
      return rows.length;
    })
    .toBe(0);
  const before = await rowsOf(running);

  const latest = { runId: await latestRun(running), clientId: newId() };
  refusedFor(await call(running, 'runs.retry', latest, { token: ada.token }), 'runs');
  refusedFor(await call(running, 'runs.continue', latest, { token: ada.token }), 'runs');
  refusedFor(await call(running, 'messages.send', { ...input, clientId: newId() }, { token: ada.token }), 'runs');
  expect(await rowsOf(running)).toEqual(before);
  expect((await call(running, 'messages.send', input, { token: ada.token })).status).toBe(200);

  const hers = await newSession(running, bea);
  for (let n = 0; n < 2; n += 1) await send(running, bea, hers.id, 'count to 1');
  const more = { sessionId: hers.id, clientId: newId(), parts: [{ type: 'text', text: 'more' }] };
  refusedFor(await call(running, 'messages.send', more, { token: bea.token }), 'runs_of_all');
});

test('invitations are counted by person, made or sent again', async () => {
  await using running = await startProgram({ env: { LIMIT_INVITATIONS: '2' } });
  const person = await newPerson(running);
  const { id } = await ask(running, person, 'organisations.create', { name: 'Lab' }, organisationSummary);
  const grant = await ask(running, person, 'organisations.switch', { organisationId: id }, grantDto);
  const owner = { token: grant.accessToken };
  const input = { email: 'bea@example.com', role: 'member', delivery: 'mail' };
  const { invitation } = await ask(running, owner, 'invitations.create', input, invitationMade);
  const again = () => call(running, 'invitations.resend', { invitationId: invitation.id }, owner);

  expect((await again()).status).toBe(200);
  refusedFor(await again(), 'invitations');
  refusedFor(await call(running, 'invitations.create', { ...input, email: 'cleo@example.com' }, owner), 'invitations');
  await running.program.refusals.settled();
  const { rows } = await running.database.pool.query(
    `SELECT target_id AS what, outcome FROM audit_events WHERE organisation_id = $1 AND action = 'limit.exceeded' ORDER BY seq`,
    [id],
  );
  expect(rows).toEqual(['invitations.resend', 'invitations.create'].map((what) => ({ what, outcome: 'denied' })));
});

async function rowsOf(running: RunningProgram): Promise<unknown> {
  const { rows } = await running.database.pool.query(
    `SELECT (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM messages) AS messages,
            (SELECT sum(last_seq) FROM session_heads) AS entries`,
  );
  return rows;
}

async function latestRun(running: RunningProgram): Promise<string> {
  const { rows } = await running.database.pool.query(`SELECT id FROM runs ORDER BY queued_at DESC LIMIT 1`);
  return rows[0].id;
}

test('with the table of counters gone limits still refuse', async () => {
  await using running = await startProgram({ env: { LIMIT_AUTH_BY_ADDRESS: '5' } });
  await running.database.pool.query('ALTER TABLE rate_limits RENAME TO away');

  expect(await passed(10, () => attempt(running, `${newId()}@example.com`))).toBe(5);
  refusedFor(await attempt(running, `${newId()}@example.com`), 'auth_by_address');
});

test('with Redis servers share limits there; killed, each counts alone; back, they share again', async () => {
  const port = await freePort();
  const env = { REDIS_URL: `redis://127.0.0.1:${port}`, LIMIT_AUTH_BY_ADDRESS: '6', TRUST_PROXY: '1' };
  let redis = await startRedis(port);
  try {
    await using one = await startProgram({ env });
    await using two = await startProgram({ beside: one, roles: serverOnly, env });
    const counted = async (ip: string) =>
      (await Promise.all(
        [one, two].map((running) => passed(10, () => attempt(running, `${newId()}@example.com`, from(ip)))),
      )) as [number, number];
    const sum = ([first, second]: readonly [number, number]) => first + second;

    expect(sum(await counted('203.0.113.1'))).toBe(6);
    const { rowCount } = await one.database.pool.query('SELECT 1 FROM rate_limits');
    expect(rowCount).toBe(0);

    await end(redis);
    expect(await counted('203.0.113.2')).toEqual([6, 6]);
    refusedFor(await attempt(one, 'a@example.com', from('203.0.113.2')), 'auth_by_address');

    redis = await startRedis(port);
    let host = 10;
    await expect.poll(async () => sum(await counted(`203.0.113.${host++}`)), { timeout: 20_000 }).toBe(6);
  } finally {
    await end(redis);
  }
});

async function startRedis(port: number): Promise<ChildProcess> {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += String(chunk)));
  await expect.poll(() => output, { timeout: 10_000 }).toContain('Ready to accept connections');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return address.port;
}

test('everybody sees what is left of their own limits', async () => {
  await using running = await startProgram({ env: { LIMIT_PROCEDURES: '50', LIMIT_RUNS: '7' } });
  const [ada, bea] = [await newPerson(running), await newPerson(running)];
  const left = async (who: Person, name: LimitStatus['limit']) => {
    const all = await ask(running, who, 'limits.status', undefined, z.array(limitStatus));
    return all.find(({ limit }) => limit === name);
  };
  expect(await left(ada, 'runs')).toEqual({ limit: 'runs', points: 7, seconds: 3600, left: 7, resetsInMs: 0 });

  const session = await newSession(running, ada);
  await untilRun(running, (await send(running, ada, session.id, 'count to 1')).runId, 'succeeded');

  expect(await left(ada, 'runs')).toMatchObject({ left: 6, resetsInMs: expect.closeTo(3_600_000, -5) });
  expect(await left(bea, 'runs')).toMatchObject({ left: 7 });
  expect((await left(ada, 'procedures'))?.left).toBeLessThan(50);
});
