import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { uploadDto } from '@atelier/contracts/files';
import { sentDto } from '@atelier/contracts/messages';
import { sessionDto, sessionPage } from '@atelier/contracts/sessions';
import type { ErrorCode } from '@atelier/kernel/errors';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  type Answer,
  ask,
  call,
  type Definition,
  dataOf,
  procedures,
  request,
  type Way,
  wireErrorOf,
} from './calls.ts';
import { nowhere, validInput, type World } from './inputs.ts';
import { newPerson, newSession, type Person, password, send, signInTo, untilRun, upload } from './people.ts';
import { authSecret, type RunningProgram, startProgram } from './running-program.ts';
import { type Frame, TestSocket } from './test-socket.ts';

/**
 * Who may do what. `owner`: only who owns the thing; for everybody else it does not exist. `member`: anybody who is
 * signed in, about their own things. `role`: whoever holds its permission, about the current organisation or the
 * installation; who that is stands in role-matrix.int.test.ts. `public`: whoever it is, with what it answers over HTTP and over a socket.
 */
interface Row {
  readonly access: 'owner' | 'member' | 'role' | { readonly http: number; readonly socket: string };
  /** What whoever is let in is told, when the input cannot do more than show that they are. */
  readonly says?: ErrorCode;
}

const open = { access: 'owner' } as const;
const own = { access: 'member' } as const;
const byRole = { access: 'role' } as const;
const saying = (says: ErrorCode): Row => ({ ...own, says });

const procedureRows: Readonly<Record<string, Row>> = {
  'agents.archive': saying('agent.not_found'),
  'agents.create': own,
  'agents.get': saying('agent.not_found'),
  'agents.list': own,
  'agents.restoreVersion': saying('agent.not_found'),
  'agents.tools': own,
  'agents.update': saying('agent.not_found'),
  'agents.use': open,
  'agents.versions': saying('agent.not_found'),
  'apiKeys.create': own,
  'apiKeys.list': own,
  'apiKeys.listAll': byRole,
  'apiKeys.revoke': saying('key.not_found'),
  'apiKeys.revokeAny': byRole,
  'approvals.putOrganisationRule': byRole,
  'approvals.putRule': open,
  'approvals.removeOrganisationRule': byRole,
  'approvals.removeRule': saying('rule.not_found'),
  'approvals.rules': open,
  'auth.accounts': own,
  'auth.confirm': saying('auth.code_invalid'),
  'auth.devices': own,
  'auth.endDevice': saying('device.not_found'),
  'auth.passkeySignIn': { access: { http: 401, socket: 'request.invalid' } },
  'auth.pendingSecondFactor': { access: { http: 200, socket: 'request.invalid' } },
  'auth.secondFactor': { access: { http: 401, socket: 'request.invalid' } },
  'auth.signOutEverywhere': own,
  'auth.startPasskeyConfirm': own,
  'auth.startPasskeyFactor': { access: { http: 401, socket: 'request.invalid' } },
  'auth.startPasskeySignIn': { access: { http: 200, socket: 'request.invalid' } },
  'auth.unlink': saying('account.not_found'),
  'audit.list': byRole,
  'audit.statistics': byRole,
  'audit.verify': byRole,
  'auth.register': { access: { http: 200, socket: 'request.invalid' } },
  'auth.completeRegistration': { access: { http: 400, socket: 'request.invalid' } },
  'auth.requestReset': { access: { http: 200, socket: 'request.invalid' } },
  'auth.resetPassword': { access: { http: 400, socket: 'request.invalid' } },
  'auth.changePassword': saying('auth.password_wrong'),
  'auth.requestVerification': saying('mail.not_set_up'),
  'auth.verifyEmail': saying('auth.link_invalid'),
  'auth.updateProfile': own,
  'auth.signIn': { access: { http: 401, socket: 'request.invalid' } },
  'auth.renew': { access: { http: 401, socket: 'request.invalid' } },
  'auth.signOut': { access: { http: 200, socket: 'request.invalid' } },
  'auth.startLink': own,
  'auth.me': own,
  'budgets.list': byRole,
  'budgets.own': own,
  'budgets.set': byRole,
  'chains.create': byRole,
  'chains.list': byRole,
  'chains.remove': byRole,
  'chains.setDefault': byRole,
  'chains.update': byRole,
  'checkpoints.diff': { ...open, says: 'checkpoint.not_found' },
  'checkpoints.list': open,
  'checkpoints.previewRestore': { ...open, says: 'message.not_found' },
  'checkpoints.restorations': open,
  'checkpoints.restore': { ...open, says: 'checkpoint.not_found' },
  'checkpoints.restoreToMessage': { ...open, says: 'message.not_found' },
  'checkpoints.undoRestoration': saying('checkpoint.not_found'),
  'files.list': open,
  'files.read': open,
  'files.remove': open,
  'installation.settings': byRole,
  'installation.changeSettings': byRole,
  'invitations.list': byRole,
  'invitations.create': byRole,
  'invitations.resend': byRole,
  'invitations.revoke': byRole,
  'invitations.preview': { access: { http: 404, socket: 'invitation.not_found' } },
  'invitations.accept': byRole,
  'invitations.decline': byRole,
  'limits.status': own,
  'installation.setUp': { access: { http: 400, socket: 'request.invalid' } },
  'installation.claim': saying('auth.link_invalid'),
  'installation.people': byRole,
  'installation.suspend': byRole,
  'installation.restore': byRole,
  'installation.changeRole': byRole,
  'installation.endSignIns': byRole,
  'installation.startReset': byRole,
  'installationChains.create': byRole,
  'installationChains.list': byRole,
  'installationChains.remove': byRole,
  'installationChains.setDefault': byRole,
  'installationChains.update': byRole,
  'mcp.add': own,
  'mcp.approve': saying('mcp_server.not_found'),
  'mcp.beginAuthorisation': saying('mcp_server.not_found'),
  'mcp.check': saying('mcp_server.not_found'),
  'mcp.connect': saying('mcp_server.not_found'),
  'mcp.finishAuthorisation': saying('mcp_authorisation.not_started'),
  'mcp.forgetAuthorisation': saying('mcp_server.not_found'),
  'mcp.list': own,
  'mcp.listTools': own,
  'mcp.remove': saying('mcp_server.not_found'),
  'mcp.revoke': saying('mcp_server.not_found'),
  'mcp.update': saying('mcp_server.not_found'),
  'messages.send': open,
  'messages.history': open,
  'models.add': byRole,
  'models.available': own,
  'models.list': byRole,
  'models.remove': byRole,
  'models.update': byRole,
  'organisationAgents.archive': byRole,
  'organisationAgents.create': byRole,
  'organisationAgents.restoreVersion': byRole,
  'organisationAgents.update': byRole,
  'organisationPipelines.archive': byRole,
  'organisationPipelines.create': byRole,
  'organisationPipelines.update': byRole,
  'organisationMcp.add': byRole,
  'organisationMcp.approve': byRole,
  'organisationMcp.connect': byRole,
  'organisationMcp.remove': byRole,
  'organisationMcp.revoke': byRole,
  'organisationMcp.update': byRole,
  'organisations.list': own,
  'pipelines.archive': saying('pipeline.not_found'),
  'pipelines.create': own,
  'pipelines.decide': saying('pipeline.not_found'),
  'pipelines.get': saying('pipeline.not_found'),
  'pipelines.list': own,
  'pipelines.result': saying('pipeline.not_found'),
  'pipelines.runAgain': saying('pipeline.not_found'),
  'pipelines.start': saying('pipeline.not_found'),
  'pipelines.stop': saying('pipeline.not_found'),
  'pipelines.update': saying('pipeline.not_found'),
  'organisations.create': own,
  'organisations.changes': own,
  'organisations.switch': byRole,
  'organisations.rename': byRole,
  'organisations.archive': byRole,
  'organisations.restore': byRole,
  'organisations.transfer': byRole,
  'organisations.leave': byRole,
  'organisations.members': byRole,
  'organisations.changeRole': byRole,
  'organisations.removeMember': byRole,
  'passkeys.finishRegistration': saying('auth.passkey_refused'),
  'passkeys.list': own,
  'passkeys.remove': saying('passkey.not_found'),
  'passkeys.rename': saying('passkey.not_found'),
  'passkeys.startRegistration': own,
  'providers.access': byRole,
  'providers.connect': byRole,
  'providers.create': byRole,
  'providers.fetchModels': byRole,
  'providers.findOrganisations': byRole,
  'providers.list': byRole,
  'providers.remove': byRole,
  'providers.setAccess': byRole,
  'providers.test': byRole,
  'providers.update': byRole,
  'runs.decide': { ...open, says: 'ask.not_found' },
  'runs.steer': open,
  'runs.stop': open,
  'runs.retry': open,
  'runs.continue': open,
  // `startTotp` comes before it.
  'secondFactor.confirmTotp': saying('auth.code_invalid'),
  'secondFactor.newRecoveryCodes': saying('auth.no_second_factor'),
  'secondFactor.removeTotp': saying('totp.not_active'),
  'secondFactor.startTotp': own,
  'secondFactor.status': own,
  'sessions.create': own,
  'sessions.list': own,
  'sessions.open': open,
  'sessions.fork': { ...open, says: 'message.not_found' },
  'sessions.rename': open,
  'sessions.setModel': open,
  'sessions.archive': open,
  'sessions.restore': open,
  'sessions.remove': open,
  'sessions.events': open,
  'sessions.changes': own,
  'system.status': { access: { http: 200, socket: 'ok' } },
  'system.about': own,
  // There are none at this server but those of `open`.
  'terminals.close': { ...open, says: 'terminal.elsewhere' },
  'terminals.list': open,
  'terminals.open': open,
  'terminals.output': open,
  'terminals.resize': { ...open, says: 'terminal.elsewhere' },
  'terminals.write': { ...open, says: 'terminal.elsewhere' },
  'traces.ofRun': open,
  'traces.ofFoundRun': byRole,
  'traces.search': byRole,
  'usage.organisation': byRole,
  'usage.own': own,
};

interface RouteRow {
  readonly access: 'owner' | 'role' | { readonly http: number };
  readonly ask: (world: World) => { readonly path: string; readonly init?: RequestInit };
}

const routeRows: Readonly<Record<string, RouteRow>> = {
  'get /health': { access: { http: 200 }, ask: () => ({ path: '/health' }) },
  'get /ready': { access: { http: 200 }, ask: () => ({ path: '/ready' }) },
  'get /metrics': { access: { http: 404 }, ask: () => ({ path: '/metrics' }) },
  'get /auth/oauth/:provider/start': {
    access: { http: 303 },
    ask: () => ({ path: '/auth/oauth/github/start', init: { redirect: 'manual' } }),
  },
  'get /auth/oauth/:provider/callback': {
    access: { http: 303 },
    ask: () => ({ path: `/auth/oauth/github/callback?code=x&state=${'A'.repeat(43)}`, init: { redirect: 'manual' } }),
  },
  'post /api/csp-reports': {
    access: { http: 204 },
    ask: () => ({ path: '/api/csp-reports', init: { method: 'POST', body: '{"csp-report":{}}' } }),
  },
  'get /api/audit/export': { access: 'role', ask: () => ({ path: '/api/audit/export' }) },
  'get /api/usage/own.csv': { access: 'role', ask: () => ({ path: '/api/usage/own.csv' }) },
  'get /api/usage/organisation.csv': { access: 'role', ask: () => ({ path: '/api/usage/organisation.csv' }) },
  'post /api/sessions/:sessionId/files': {
    access: 'owner',
    ask: ({ sessionId }) => ({
      path: `/api/sessions/${sessionId}/files?name=planted.txt`,
      init: { method: 'POST', body: 'planted' },
    }),
  },
  'get /api/sessions/:sessionId/files': {
    access: 'owner',
    ask: (world) => ({ path: `/api/sessions/${world.sessionId}/files?path=${encodeURIComponent(world.path)}` }),
  },
};

/** Stands in the owner's title, message and file, and nowhere else. */
const marker = 'canary-of-the-owner';
const metricsToken = 'canary-metrics-token';
const oauthSecret = 'canary-oauth-client';

let running: RunningProgram;
let owner: Person;
/** Another member of the owner's organisation, signed in to it. */
let colleague: { readonly token: string };
let stranger: Person;
/** Was a member until a moment ago; the token has not ended. */
let removed: Person;
/** Every text that any caller but the owner was ever answered. */
const answeredOthers: string[] = [];

beforeAll(async () => {
  running = await startProgram({
    env: { METRICS_TOKEN: metricsToken, GITHUB_CLIENT_ID: 'matrix', GITHUB_CLIENT_SECRET: oauthSecret },
  });
  [owner, stranger, removed] = (await Promise.all(['Ada', 'Bea', 'Cleo'].map((name) => newPerson(running, name)))) as [
    Person,
    Person,
    Person,
  ];
  const other = await newPerson(running, 'Dan');
  colleague = { token: await signInTo(running, other, owner.organisationId) };
  await running.database.pool.query(`DELETE FROM memberships WHERE user_id = $1`, [removed.userId]);
});

afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

async function newWorld(): Promise<World> {
  const session = await ask(
    running,
    owner,
    'sessions.create',
    { clientId: newId(), title: `${marker} title` },
    sessionDto,
  );
  const file = uploadDto.parse(
    (await upload(running, owner, session.id, { name: `${marker}.txt`, content: marker })).body,
  );
  const sent = await send(running, owner, session.id, `count to 3\n${marker}`);
  await untilRun(running, sent.runId, 'succeeded');
  return { ...nowhere(), sessionId: session.id, runId: sent.runId, uploadId: file.id, path: file.path };
}

/** For what is not about one session: it stays as it is all along. */
let untouched: World | undefined;
async function untouchedWorld(): Promise<World> {
  untouched ??= await newWorld();
  return untouched;
}

/** All rows and files of a session, as one text. */
async function everythingOf({ sessionId }: World): Promise<string> {
  const { rows } = await running.database.pool.query(
    `SELECT 'session' AS kind, to_jsonb(t)::text AS row FROM agent_sessions t WHERE id = $1
     UNION ALL SELECT 'head', to_jsonb(t)::text FROM session_heads t WHERE session_id = $1
     UNION ALL SELECT 'event', to_jsonb(t)::text FROM session_events t WHERE session_id = $1
     UNION ALL SELECT 'todos', to_jsonb(t)::text FROM session_todos t WHERE session_id = $1
     UNION ALL SELECT 'message', to_jsonb(t)::text FROM messages t WHERE session_id = $1
     UNION ALL SELECT 'part', to_jsonb(t)::text FROM message_parts t
                WHERE message_id IN (SELECT id FROM messages WHERE session_id = $1)
     UNION ALL SELECT 'run', to_jsonb(t)::text FROM runs t WHERE session_id = $1
     UNION ALL SELECT 'request', to_jsonb(t)::text FROM run_requests t
                WHERE run_id IN (SELECT id FROM runs WHERE session_id = $1)
     UNION ALL SELECT 'rule', to_jsonb(t)::text FROM approval_rules t WHERE session_id = $1
     UNION ALL SELECT 'upload', to_jsonb(t)::text FROM uploads t WHERE session_id = $1
     ORDER BY 1, 2`,
    [sessionId],
  );
  const root = path.join(running.dataDirectory, 'workspaces', sessionId);
  const files: string[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const content = entry.isFile()
      ? createHash('sha256')
          .update(await readFile(file))
          .digest('hex')
      : 'directory';
    files.push(`${path.relative(root, file)} ${content}`);
  }
  return JSON.stringify({ rows, files: files.toSorted() }, null, 1);
}

/** Ways to show a token that are none. */
const noWays = (): readonly (readonly [name: string, way: Way])[] => [
  ['nothing', {}],
  ['a removed member', { token: removed.token }],
  ['the cookie alone', { cookie: owner.cookie }],
  ['the token in the address', { query: { token: owner.token, access_token: owner.token } }],
  ['the header in the address', { query: { authorization: `Bearer ${owner.token}` } }],
  ['the first frame in the address', { query: { connectionParams: JSON.stringify({ token: owner.token }) } }],
  ['garbage', { token: 'garbage' }],
  ['a token with another signature', { token: `${owner.token.slice(0, -4)}AAAA` }],
  ['the refresh token', { token: owner.cookie.split('=')[1] ?? '' }],
];

/** What can be compared: everything a caller is sent that does not differ by itself from call to call. */
function seenBy(answer: Answer): object {
  const headers = [...answer.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return { status: answer.status, text: answer.text, headers };
}

/** The first answer over a socket of its own. */
async function askOver(way: { readonly token: string | null }, name: string, input: unknown): Promise<Frame> {
  await using socket = await TestSocket.open(running, { params: way.token === null ? {} : { token: way.token } });
  const frame = await socket.ask(name, input);
  if (way.token !== owner.token) answeredOthers.push(...socket.texts);
  return frame;
}

/** Everything that is answered over a socket of its own until the refusal. A subscription begins before it refuses. */
async function refusedOver(way: { readonly token: string }, name: string, input: unknown): Promise<readonly string[]> {
  await using socket = await TestSocket.open(running, { params: { token: way.token } });
  await socket.ask(name, input);
  const refused = await socket.frame(({ error }) => error !== undefined);
  expect(refused.error?.data.httpStatus).toBe(404);
  answeredOthers.push(...socket.texts);
  return socket.texts.slice(0, socket.frames.indexOf(refused) + 1);
}

test('AT-07: every procedure has a row, and every row a procedure', () => {
  expect(Object.keys(procedureRows).toSorted()).toEqual([...procedures.keys()].toSorted());
});

test('AT-07: every route beside tRPC has a row, and every row a route', () => {
  const routes = running.program.routes.map(({ method, path }) => `${method} ${path}`);

  expect(Object.keys(routeRows).toSorted()).toEqual(routes.toSorted());
});

describe.each([...procedures])('AT-01, AT-02: %s', (name, definition) => {
  const row = procedureRows[name];

  test('is declared for those whom its row names', () => {
    expect(row && (typeof row.access === 'object' ? 'public' : 'member')).toBe(definition.meta.access);
  });

  if (row && typeof row.access === 'object') publicProcedure(name, row.access);
  else if (row) memberProcedure(name, row, definition);
});

function publicProcedure(name: string, access: { readonly http: number; readonly socket: string }): void {
  test('answers everybody alike', async () => {
    const world = nowhere();
    for (const way of [{}, { token: owner.token }, { token: stranger.token }, { token: 'garbage' }]) {
      const answer = await call(running, name, validInput(name, world), way);
      answeredOthers.push(answer.text);
      expect(answer.status).toBe(access.http);
    }
    for (const token of [null, owner.token, 'garbage']) {
      const frame = await askOver({ token }, name, validInput(name, world));
      expect(frame.error?.data.app.code ?? 'ok').toBe(access.socket);
    }
  });
}

function memberProcedure(name: string, row: Row, { type }: Definition): void {
  const isOwned = row.access === 'owner';
  /** Changes are made over HTTP only: over a socket nobody is told more, whoever they are. */
  const overSocket = type === 'mutation' ? 'request.invalid' : null;

  test('answers its caller and nobody else', async () => {
    const world = isOwned ? await newWorld() : await untouchedWorld();
    const before = await everythingOf(world);

    await refusesWhoIsNobody(world);
    if (row.access === 'role') {
      expect(await everythingOf(world)).toBe(before);
      return;
    }
    for (const other of [colleague, stranger]) {
      if (isOwned) await hidesFrom(other, world);
      else await showsNothingTo(other, world, row.says);
    }

    expect(await everythingOf(world)).toBe(before);
    if (type === 'subscription')
      expect((await askOver(owner, name, validInput(name, world))).result?.type).toBe('started');
    else {
      told(await call(running, name, validInput(name, world), { token: owner.token }), row.says);
      const frame = await askOver(owner, name, validInput(name, world));
      if (overSocket) expect(frame.error?.data.app.code).toBe(overSocket);
      else if (row.says) expect(frame.error?.data.app.code).toBe(row.says);
      else expect(frame.result?.type).toBe('data');
    }
  });

  async function refusesWhoIsNobody(world: World): Promise<void> {
    for (const [, way] of noWays()) {
      const answer = await call(running, name, validInput(name, world), way);
      answeredOthers.push(answer.text);
      if (type === 'subscription') expect(answer.text).toContain('"code":"auth.required"');
      else expect([answer.status, wireErrorOf(answer).code]).toEqual([401, 'auth.required']);
    }
    if (type === 'subscription') {
      // No way to be had over HTTP, whoever asks.
      const answer = await call(running, name, validInput(name, world), { token: owner.token });
      expect(answer.text).toContain('"code":"request.invalid"');
      expect(answer.text).not.toContain(marker);
    }
    for (const token of [null, removed.token, 'garbage']) {
      const frame = await askOver({ token }, name, validInput(name, world));
      expect(frame.error?.data.app.code).toBe(overSocket ?? 'auth.required');
    }
    const { cookie, token } = owner;
    for (const options of [{ cookie, origin: running.url }, { query: { token, authorization: `Bearer ${token}` } }]) {
      await using socket = await TestSocket.open(running, options);
      const frame = await socket.ask(name, validInput(name, world));
      expect(frame.error?.data.app).toMatchObject(
        overSocket ? { code: overSocket } : { code: 'auth.required', details: { reason: 'missing' } },
      );
    }
  }

  async function hidesFrom(other: { readonly token: string }, world: World): Promise<void> {
    const [theirs, none] = [validInput(name, world), validInput(name, nowhere())];
    if (type !== 'subscription') {
      const answer = await call(running, name, theirs, { token: other.token });
      answeredOthers.push(answer.text);
      expect(answer.status).toBe(404);
      expect(seenBy(answer)).toEqual(seenBy(await call(running, name, none, { token: other.token })));
    }
    if (overSocket) expect((await askOver(other, name, theirs)).error?.data.app.code).toBe(overSocket);
    else expect(await refusedOver(other, name, theirs)).toEqual(await refusedOver(other, name, none));
  }

  async function showsNothingTo(
    other: { readonly token: string },
    world: World,
    says: ErrorCode | undefined,
  ): Promise<void> {
    if (type !== 'subscription') {
      const answer = await call(running, name, validInput(name, world), { token: other.token });
      answeredOthers.push(answer.text);
      told(answer, says);
    }
    const frame = await askOver(other, name, validInput(name, world));
    expect(frame.error?.data.app.code).toBe(overSocket ?? says);
  }
}

/** Whoever is let in gets an answer, or is told by what they came to ask and not by who they are. */
function told(answer: Answer, says: ErrorCode | undefined): void {
  if (says) expect(wireErrorOf(answer).code).toBe(says);
  else expect(answer.status).toBe(200);
}

describe.each(Object.entries(routeRows))('AT-01: %s', (key, row) => {
  test('is declared for those whom its row names', () => {
    const route = running.program.routes.find(({ method, path }) => `${method} ${path}` === key);
    expect(route?.access).toBe(typeof row.access === 'object' ? 'public' : 'member');
  });

  const { access } = row;
  if (typeof access === 'object') {
    test('answers everybody alike', async () => {
      const { path, init } = row.ask(nowhere());
      for (const way of [{}, { token: owner.token }, { token: stranger.token }, { cookie: owner.cookie }]) {
        const answer = await request(running, path, init, way);
        answeredOthers.push(answer.text);
        expect(answer.status).toBe(access.http);
      }
    });
    return;
  }

  test('answers its caller and nobody else', async () => {
    const world = await newWorld();
    const before = await everythingOf(world);
    const { path, init } = row.ask(world);
    const none = row.ask(nowhere());

    for (const [, way] of noWays()) {
      const answer = await request(running, path, init, way);
      answeredOthers.push(answer.text);
      expect(answer.status).toBe(401);
      expect(wireErrorOf(answer).code).toBe('auth.required');
    }
    if (access === 'role') return;
    for (const { token } of [colleague, stranger]) {
      const answer = await request(running, path, init, { token });
      answeredOthers.push(answer.text);
      expect(answer.status).toBe(404);
      expect(seenBy(answer)).toEqual(seenBy(await request(running, none.path, none.init, { token })));
    }

    expect(await everythingOf(world)).toBe(before);
    expect((await request(running, path, init, { token: owner.token })).status).toBeLessThan(300);
  });
});

test('metrics are told to nobody without their own token', async () => {
  const withIt = await request(running, '/metrics', {}, { token: metricsToken });
  expect([withIt.status, withIt.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
  expect((await request(running, '/metrics', {}, { token: `${metricsToken}x` })).status).toBe(404);
  expect((await request(running, '/metrics', {}, { query: { token: metricsToken } })).status).toBe(404);
});

test("AT-05: another's file cannot be put into a message of one's own", async () => {
  const world = await newWorld();
  const before = await everythingOf(world);
  const own = await newSession(running, stranger);
  const input = (uploadId: string) => ({ sessionId: own.id, clientId: newId(), parts: [{ type: 'file', uploadId }] });

  const answer = await call(running, 'messages.send', input(world.uploadId), { token: stranger.token });

  expect(wireErrorOf(answer).code).toBe('upload.not_found');
  expect(seenBy(answer)).toEqual(
    seenBy(await call(running, 'messages.send', input(newId()), { token: stranger.token })),
  );
  expect(await everythingOf(world)).toBe(before);
});

test("another's session cannot be had by the client id it was made with, nor by a cursor of its list", async () => {
  const clientId = newId();
  const made = await ask(running, owner, 'sessions.create', { clientId, title: marker }, sessionDto);
  await newWorld();
  const page = await ask(running, owner, 'sessions.list', { limit: 1 }, sessionPage);

  const mine = await ask(running, stranger, 'sessions.create', { clientId }, sessionDto);
  const theirs = await ask(running, stranger, 'sessions.list', { cursor: page.nextCursor, limit: 100 }, sessionPage);

  expect(mine.id).not.toBe(made.id);
  expect(JSON.stringify(theirs)).not.toContain(marker);
});

test('nobody hears that something changed in a session of somebody else', async () => {
  const world = await newWorld();
  await using sockets = new AsyncDisposableStack();
  const heard: number[] = [];
  for (const { token } of [owner, colleague, stranger]) {
    const socket = sockets.use(await TestSocket.open(running, { params: { token } }));
    expect((await socket.ask('sessions.changes', {})).result?.type).toBe('started');
    heard.push(socket.frames.length);
    sockets.defer(() => void answeredOthers.push(...(token === owner.token ? [] : socket.texts)));
    if (token !== owner.token) continue;
    await ask(running, owner, 'sessions.rename', { sessionId: world.sessionId, title: `${marker} 2` }, sessionDto);
    await socket.frame(({ result }) => JSON.stringify(result?.data)?.includes(world.sessionId) ?? false);
  }
  const listeners = await Promise.all(
    [colleague, stranger].map(async ({ token }) => sockets.use(await TestSocket.open(running, { params: { token } }))),
  );
  for (const socket of listeners) await socket.ask('sessions.changes', {});

  await ask(running, owner, 'sessions.rename', { sessionId: world.sessionId, title: `${marker} 3` }, sessionDto);
  // What is sent after the change, on the same socket, tells that the change itself would have come by now.
  for (const socket of listeners) await socket.ask('system.about');

  for (const socket of listeners) expect(socket.texts.join('')).not.toContain(world.sessionId);
});

test("AT-04: a stranger's stop, retry and reading do not disturb a run under way", async () => {
  const session = await newSession(running, owner);
  running.clock.hold(3);
  const { runId } = await send(running, owner, session.id, 'count to 9');
  await expect.poll(() => running.clock.held).toBe(1);

  for (const { token } of [colleague, stranger]) {
    expect((await call(running, 'runs.stop', { runId }, { token })).status).toBe(404);
    expect((await call(running, 'sessions.remove', { sessionId: session.id }, { token })).status).toBe(404);
    await refusedOver({ token }, 'sessions.events', { sessionId: session.id });
  }
  expect((await call(running, 'runs.stop', { runId })).status).toBe(401);
  running.clock.release();
  await untilRun(running, runId, 'succeeded');

  const opened = await call(running, 'sessions.open', { sessionId: session.id }, { token: owner.token });
  expect(opened.text).toContain('1 2 3 4 5 6 7 8 9');
  expect(sentDto.safeParse(dataOf(opened)).success).toBe(false);
  expect(z.object({ messages: z.array(z.unknown()) }).parse(dataOf(opened)).messages).toHaveLength(2);
});

test('AT-08: nothing that anybody but the owner was answered holds a secret or a word of the owner', () => {
  const all = answeredOthers.join('\n');

  expect(answeredOthers.length).toBeGreaterThan(300);
  for (const secret of [
    marker,
    authSecret,
    oauthSecret,
    password,
    metricsToken,
    owner.token,
    owner.cookie.split('=')[1] ?? '?',
  ]) {
    for (const form of [secret, Buffer.from(secret).toString('base64').slice(0, -4), encodeURIComponent(secret)]) {
      expect(all.includes(form), `${form} was answered`).toBe(false);
    }
  }
  expect(all).not.toContain('$argon2');
});
