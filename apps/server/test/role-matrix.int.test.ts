import type { InstallationRole, OrganisationRole, Permission } from '@atelier/contracts/permissions';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, call, procedures, request, wireErrorOf } from './calls.ts';
import { nowhere, validInput, type World } from './inputs.ts';
import { newPerson, type Person, signInTo } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { TestSocket } from './test-socket.ts';

/**
 * Who holds each permission, written down a second time: what is loosened in the program fails here. Four letters for
 * owner, admin, member and viewer of the organisation; `installation` for those who run the installation.
 */
const holders: Readonly<Record<Permission, string>> = {
  'session.read': 'oamv',
  'session.write': 'oam-',
  'run.start': 'oam-',
  'file.read': 'oamv',
  'file.write': 'oam-',
  'terminal.use': 'oam-',
  'mcp_server.use': 'oam-',
  'mcp_server.administer': 'oa--',
  'approval_rule.administer': 'oa--',
  'agent.administer': 'oa--',
  'account.read': 'oamv',
  'account.write': 'oamv',
  'account.secure': 'oamv',
  'organisation.read': 'oamv',
  'organisation.create': 'oamv',
  'organisation.switch': 'oamv',
  'organisation.leave': 'oamv',
  'organisation.rename': 'oa--',
  'organisation.delete': 'o---',
  'organisation.transfer': 'o---',
  'member.change': 'oa--',
  'invitation.read': 'oa--',
  'invitation.write': 'oa--',
  'invitation.answer': 'oamv',
  'model.read': 'oamv',
  'chain.administer': 'oa--',
  'api_key.administer': 'oa--',
  'audit.read': 'oa--',
  'usage.read': 'oa--',
  'budget.administer': 'oa--',
  'trace.search': 'oa--',
  'installation.read': 'installation',
  'installation.write': 'installation',
  'model.administer': 'installation',
  'model.connect': 'installation',
};

/** These want a proof of the last quarter of an hour. */
const dangerous: readonly Permission[] = [
  'account.secure',
  'organisation.delete',
  'organisation.transfer',
  'installation.write',
  'model.connect',
];

const roles: readonly OrganisationRole[] = ['owner', 'admin', 'member', 'viewer'];
const installationRoles: readonly InstallationRole[] = ['owner', 'admin', 'user'];

interface Asking {
  readonly role: OrganisationRole;
  readonly installationRole: InstallationRole;
  readonly person: Person;
}

let running: RunningProgram;
/** One person for each pair of roles. */
const people: Asking[] = [];
let members: readonly Person[] = [];

beforeAll(async () => {
  running = await startProgram();
  for (const role of roles) {
    for (const installationRole of installationRoles) {
      const person = await newPerson(running, `${role} ${installationRole}`);
      if (installationRole !== 'owner' || role === 'owner') people.push({ role, installationRole, person });
    }
  }
  members = await Promise.all(['Bea', 'Cleo'].map((name) => newPerson(running, name)));
  for (const { installationRole, person } of people) {
    await running.database.pool.query(`UPDATE users SET installation_role = $2 WHERE id = $1`, [
      person.userId,
      installationRole,
    ]);
  }
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

/** A shared organisation with a member and an open invitation, and somebody signed in to it. */
async function newWorld(): Promise<World> {
  const { pool } = running.database;
  const [organisationId, invitationId] = [newId(), newId()];
  const [member] = members;
  await pool.query(`INSERT INTO organisations (id, name, kind, created_at) VALUES ($1, 'Lab', 'shared', now())`, [
    organisationId,
  ]);
  await pool.query(
    `INSERT INTO memberships (organisation_id, user_id, role, created_at) VALUES ($1, $2, 'viewer', now())`,
    [organisationId, member?.userId],
  );
  await pool.query(
    `INSERT INTO invitations (id, organisation_id, email, role, delivery, token_hash, created_at, expires_at)
     VALUES ($1, $2, 'somebody@example.com', 'viewer', 'link', sha256($1::uuid::text::bytea), now(), now() + '1 day')`,
    [invitationId, organisationId],
  );
  return { ...nowhere(), organisationId, memberId: member?.userId ?? '', invitationId };
}

function isHolder(permission: Permission, { role, installationRole }: Asking): boolean {
  const held = holders[permission];
  return held === 'installation' ? installationRole !== 'user' : held[roles.indexOf(role)] !== '-';
}

/** What a refusal for want of a permission says. */
function denialIn(answer: Pick<Answer, 'body'>): { readonly code: string; readonly permission: unknown } | null {
  const error = wireErrorOf(answer);
  const { permission } = error.details ?? {};
  return permission === undefined ? null : { code: error.code, permission };
}

const declared = [...procedures].flatMap(([name, { meta, type }]) =>
  meta.access === 'member' ? [{ name, type, permission: meta.permission }] : [],
);

test('every permission stands in the table, and every one is used', () => {
  expect(new Set(declared.map(({ permission }) => permission))).toEqual(new Set(Object.keys(holders)));
});

describe.each(declared)('$name', ({ name, type, permission }) => {
  /** Over a socket for what streams, over HTTP for the rest; null when it was not refused for want of a permission. */
  async function denied(token: string, world: World) {
    const input = validInput(name, world);
    if (type === 'subscription') {
      await using socket = await TestSocket.open(running, { params: { token } });
      const { error } = await socket.ask(name, input);
      return error ? denialIn({ body: { error } }) : null;
    }
    const answer = await call(running, name, input, { token });
    return answer.status < 400 ? null : denialIn(answer);
  }

  test('AT-07: is done for those who hold its permission, and for nobody else', async () => {
    for (const asking of people) {
      const world = await newWorld();
      const token = await signInTo(running, asking.person, world.organisationId, { role: asking.role });

      const denial = await denied(token, world);

      const who = `${asking.role}, ${asking.installationRole} of the installation`;
      if (isHolder(permission, asking)) expect(denial, who).toBeNull();
      else expect(denial, who).toEqual({ code: 'permission.denied', permission });
    }
  });

  test('wants a fresh proof when it is dangerous, and else none', async () => {
    const [asking] = people.filter(({ role, installationRole }) => role === 'owner' && installationRole === 'owner');
    const world = await newWorld();
    const authenticatedAt = new Date(Date.now() - 16 * 60_000);
    const token = await signInTo(running, asking?.person ?? (undefined as never), world.organisationId, {
      role: 'owner',
      authenticatedAt,
    });

    const denial = await denied(token, world);

    if (dangerous.includes(permission)) expect(denial).toEqual({ code: 'auth.confirmation_required', permission });
    else expect(denial).toBeNull();
  });

  test('AT-01: tells the owner of another organisation nothing of this one', async () => {
    if (type === 'subscription') return;
    const [asking] = people.filter(({ role, installationRole }) => role === 'owner' && installationRole === 'user');
    const [world, other] = [await newWorld(), await newWorld()];
    const token = await signInTo(running, asking?.person ?? (undefined as never), other.organisationId, {
      role: 'owner',
    });
    const mine = { organisationId: world.organisationId, memberId: world.memberId, invitationId: world.invitationId };
    // A member of both is a member: whom the other organisation does not know has to be somebody else.
    await running.database.pool.query(`DELETE FROM memberships WHERE organisation_id = $1 AND user_id = $2`, [
      other.organisationId,
      other.memberId,
    ]);
    const [theirs, none] = [validInput(name, { ...nowhere(), ...mine }), validInput(name, nowhere())];
    if (!Object.values(mine).some((id) => JSON.stringify(theirs)?.includes(id))) return;
    const before = await everythingOf(world.organisationId);

    const answer = await call(running, name, theirs, { token });

    expect([answer.status, answer.text]).toEqual([404, (await call(running, name, none, { token })).text]);
    expect(await everythingOf(world.organisationId)).toBe(before);
  });
});

describe.each([
  ['get /api/audit/export', 'audit.read'],
  ['get /api/usage/organisation.csv', 'usage.read'],
] as const)('%s', (route, needed) => {
  test('is done for those who hold its permission, and for nobody else', async () => {
    const declaredRoute = running.program.routes.find(({ method, path }) => `${method} ${path}` === route);
    const permission = declaredRoute?.access === 'member' ? declaredRoute.permission : null;
    expect(permission).toBe(needed);
    for (const asking of people) {
      const world = await newWorld();
      const token = await signInTo(running, asking.person, world.organisationId, { role: asking.role });
      const answer = await request(running, route.slice('get '.length), {}, { token });
      expect(answer.status).toBe(isHolder(needed, asking) ? 200 : 403);
    }
  });
});

async function everythingOf(organisationId: string): Promise<string> {
  const { rows } = await running.database.pool.query(
    `SELECT to_jsonb(o)::text AS row FROM organisations o WHERE id = $1
     UNION ALL SELECT to_jsonb(m)::text FROM memberships m WHERE organisation_id = $1
     UNION ALL SELECT to_jsonb(i)::text FROM invitations i WHERE organisation_id = $1
     UNION ALL SELECT to_jsonb(e)::text FROM audit_events e WHERE organisation_id = $1 ORDER BY 1`,
    [organisationId],
  );
  return JSON.stringify(rows);
}
