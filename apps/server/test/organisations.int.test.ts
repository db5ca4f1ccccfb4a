import { grantDto } from '@atelier/contracts/auth';
import { invitationDto, invitationMade, memberPage, organisationSummary } from '@atelier/contracts/organisations';
import { systemClock } from '@atelier/kernel/clock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ArchivedOrganisations, OrganisationsRepository } from '../src/modules/organisations/index.ts';
import { ask, call, dataOf, refusal } from './calls.ts';
import { newPerson, newSession, type Person, send, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { TestSocket } from './test-socket.ts';

let running: RunningProgram;
beforeAll(async () => {
  running = await startProgram();
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

const nothing = z.strictObject({});
const organisations = z.array(organisationSummary);
type Who = { readonly token: string };

async function newOrganisation(owner: Who, name = 'Lab'): Promise<{ readonly id: string; readonly owner: Who }> {
  const { id } = await ask(running, owner, 'organisations.create', { name }, organisationSummary);
  return { id, owner: await switched(owner, id) };
}

/** The same person, in another organisation. */
async function switched(who: Who, organisationId: string): Promise<Who> {
  const grant = await ask(running, who, 'organisations.switch', { organisationId }, grantDto);
  return { token: grant.accessToken };
}

/** A new person who has joined, signed in to the organisation. */
async function joined(
  organisation: { readonly id: string; readonly owner: Who },
  role: 'admin' | 'member' | 'viewer',
): Promise<Person> {
  const person = await newPerson(running, 'Joe');
  const input = { email: person.email, role, delivery: 'link' };
  const { link } = await ask(running, organisation.owner, 'invitations.create', input, invitationMade);
  await call(running, 'invitations.accept', { token: tokenIn(link) }, { token: person.token });
  return { ...person, ...(await switched(person, organisation.id)) };
}

const tokenIn = (link: string | null) => link?.split('#')[1] ?? '';

describe('the personal organisation', () => {
  test('is there from the start, and is neither renamed, deleted, left, shared nor handed over', async () => {
    const person = await newPerson(running, 'Ada');

    const [own, ...others] = await ask(running, person, 'organisations.list', undefined, organisations);
    expect(own).toMatchObject({ kind: 'personal', role: 'owner', members: 1, name: 'Ada' });
    expect(others).toEqual([]);

    const other = await newPerson(running);
    for (const [procedure, input] of [
      ['organisations.rename', { name: 'Other' }],
      ['organisations.archive', undefined],
      ['organisations.leave', undefined],
      ['organisations.transfer', { userId: other.userId }],
      ['invitations.create', { email: other.email, role: 'member', delivery: 'link' }],
    ] as const) {
      expect((await refusal(running, person, procedure, input)).code, procedure).toBe('organisation.personal');
    }
  });
});

describe('a shared organisation', () => {
  test('is made with its owner, renamed, and gone to by a token of its own', async () => {
    const person = await newPerson(running);
    const lab = await newOrganisation(person);

    await ask(running, lab.owner, 'organisations.rename', { name: 'Works' }, nothing);

    const listed = await ask(running, person, 'organisations.list', undefined, organisations);
    expect(listed.map(({ name, kind }) => [name, kind])).toEqual([
      ['Ada', 'personal'],
      ['Works', 'shared'],
    ]);
    const session = await newSession(running, lab.owner);
    const mine = await call(running, 'sessions.list', { status: 'all' }, person);
    expect(mine.text).not.toContain(session.id);
    expect((await call(running, 'sessions.open', { sessionId: session.id }, person)).status).toBe(404);
  });

  test('an old tab goes on in its own organisation, and a new one opens in the last', async () => {
    const person = await newPerson(running);
    const lab = await newOrganisation(person);

    const renewedOld = await call(
      running,
      'auth.renew',
      { organisationId: person.organisationId },
      { cookie: person.cookie },
    );
    const grant = grantDto.parse(dataOf(renewedOld));
    expect(grant.identity.organisation.id).toBe(person.organisationId);
    const cookie = renewedOld.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    await call(running, 'organisations.switch', { organisationId: lab.id }, { token: grant.accessToken });
    const renewedNew = grantDto.parse(dataOf(await call(running, 'auth.renew', {}, { cookie })));

    expect(renewedNew.identity.organisation).toMatchObject({ id: lab.id, kind: 'shared', role: 'owner' });
  });

  test('nobody goes to one they do not belong to', async () => {
    const [person, stranger] = [await newPerson(running), await newPerson(running)];
    const lab = await newOrganisation(person);

    for (const organisationId of [lab.id, person.organisationId]) {
      const refused = await refusal(running, stranger, 'organisations.switch', { organisationId });
      expect(refused.code).toBe('organisation.not_found');
      const renewed = await call(running, 'auth.renew', { organisationId }, { cookie: stranger.cookie });
      expect(grantDto.parse(dataOf(renewed)).identity.organisation.id).toBe(stranger.organisationId);
    }
  });

  test('deleted: out of reach at once for everybody, restored by its owner only, and then as it was', async () => {
    const person = await newPerson(running);
    const lab = await newOrganisation(person);
    const member = await joined(lab, 'member');
    const session = await newSession(running, lab.owner);

    await ask(running, lab.owner, 'organisations.archive', undefined, nothing);

    for (const who of [lab.owner, member]) {
      expect((await refusal(running, who, 'sessions.list', { status: 'all' })).details).toEqual({ reason: 'revoked' });
    }
    expect((await refusal(running, person, 'organisations.switch', { organisationId: lab.id })).code).toBe(
      'organisation.not_found',
    );
    const listed = await ask(running, person, 'organisations.list', undefined, organisations);
    expect(listed.find(({ id }) => id === lab.id)?.purgeAt).not.toBeNull();
    const memberAtHome = await switchedHome(member);
    expect((await ask(running, memberAtHome, 'organisations.list', undefined, organisations)).length).toBe(1);
    expect((await refusal(running, memberAtHome, 'organisations.restore', { organisationId: lab.id })).code).toBe(
      'organisation.not_found',
    );

    await ask(running, person, 'organisations.restore', { organisationId: lab.id }, nothing);

    expect((await call(running, 'sessions.open', { sessionId: session.id }, lab.owner)).status).toBe(200);
    expect((await call(running, 'sessions.list', { status: 'all' }, member)).status).toBe(200);
  });

  test('is purged thirty days after it was deleted, with its sessions, and its record stays', async () => {
    const person = await newPerson(running);
    const lab = await newOrganisation(person);
    const session = await newSession(running, lab.owner);
    await untilRun(running, (await send(running, lab.owner, session.id, 'count to 2')).runId, 'succeeded');
    await ask(running, lab.owner, 'organisations.archive', undefined, nothing);
    const removed: string[] = [];
    const { db } = running.program.postgres;
    const purge = (days: number) =>
      new ArchivedOrganisations({
        db,
        organisations: new OrganisationsRepository(db),
        audit: running.program.auditLog,
        clock: { ...systemClock, now: () => new Date(Date.now() + days * 86_400_000) },
        log: running.program.log,
        removeWorkspace: async (id) => void removed.push(id),
      }).purge();

    await purge(29);
    expect(removed).toEqual([]);
    await purge(31);

    expect(removed).toEqual([session.id]);
    const { rows } = await running.database.pool.query(
      `SELECT (SELECT count(*)::int FROM agent_sessions WHERE organisation_id = $1) AS sessions,
              (SELECT count(*)::int FROM organisations WHERE id = $1) AS organisations,
              (SELECT count(*)::int FROM audit_events WHERE organisation_id = $1) > 2 AS "isRecorded"`,
      [lab.id],
    );
    expect(rows).toEqual([{ sessions: 0, organisations: 0, isRecorded: true }]);
  });

  /** Back in the personal organisation by a renewal, as a tab whose organisation is gone. */
  async function switchedHome(person: Person): Promise<Who> {
    const renewed = await call(running, 'auth.renew', {}, { cookie: person.cookie });
    const grant = grantDto.parse(dataOf(renewed));
    expect(grant.identity.organisation.id).toBe(person.organisationId);
    return { token: grant.accessToken };
  }
});

describe('roles', () => {
  const allowed = {
    owner: { rename: true, invite: true, remove: true, archive: true, transfer: true, audit: true, write: true },
    admin: { rename: true, invite: true, remove: true, archive: false, transfer: false, audit: true, write: true },
    member: { rename: false, invite: false, remove: false, archive: false, transfer: false, audit: false, write: true },
    viewer: {
      rename: false,
      invite: false,
      remove: false,
      archive: false,
      transfer: false,
      audit: false,
      write: false,
    },
  } as const;

  test.each(Object.entries(allowed))('%s may do what is theirs, and is told what is missing', async (role, may) => {
    const lab = await newOrganisation(await newPerson(running));
    const victim = await joined(lab, 'member');
    const person = role === 'owner' ? lab.owner : await joined(lab, role as 'admin' | 'member' | 'viewer');
    const asked = {
      rename: ['organisations.rename', { name: 'New' }],
      invite: ['invitations.create', { email: `${role}@example.com`, role: 'viewer', delivery: 'link' }],
      remove: ['organisations.removeMember', { userId: victim.userId }],
      audit: ['audit.list', {}],
      write: ['sessions.create', { clientId: crypto.randomUUID() }],
      transfer: ['organisations.transfer', { userId: crypto.randomUUID() }],
      archive: ['organisations.archive', undefined],
    } as const;

    for (const [what, [procedure, input]] of Object.entries(asked)) {
      const answer = await call(running, procedure, input, person);
      if (may[what as keyof typeof may]) expect([200, 404], `${role} ${what}`).toContain(answer.status);
      else {
        expect(answer.status, `${role} ${what}`).toBe(403);
        expect(answer.text).toContain('"permission":');
      }
    }
  });

  test('AT-14: nobody grants more than they have, changes the owner, or reaches into another organisation', async () => {
    const lab = await newOrganisation(await newPerson(running));
    const works = await newOrganisation(await newPerson(running));
    const admin = await joined(lab, 'admin');
    const member = await joined(lab, 'member');
    const foreign = await joined(works, 'member');
    const page = await ask(running, admin, 'organisations.members', {}, memberPage);
    const ownerId = page.items.find(({ role }) => role === 'owner')?.userId;

    const outcomes = await Promise.all(
      [
        { userId: ownerId, role: 'viewer' },
        { userId: member.userId, role: 'owner' },
        { userId: foreign.userId, role: 'admin' },
        { userId: crypto.randomUUID(), role: 'admin' },
      ].map(async (input) => (await call(running, 'organisations.changeRole', input, admin)).status),
    );

    expect(outcomes).toEqual([403, 400, 404, 404]);
    expect((await call(running, 'organisations.removeMember', { userId: ownerId }, admin)).status).toBe(403);
    expect((await call(running, 'organisations.removeMember', { userId: foreign.userId }, admin)).status).toBe(404);
    await ask(running, admin, 'organisations.changeRole', { userId: member.userId, role: 'admin' }, nothing);
    expect((await call(running, 'organisations.rename', { name: 'Now' }, member)).status).toBe(200);
  });

  test('of two who take each other’s role at the same moment the second has nothing to give any more', async () => {
    const lab = await newOrganisation(await newPerson(running));
    const victim = await joined(lab, 'member');
    for (let round = 0; round < 5; round += 1) {
      const admin = await joined(lab, 'admin');
      const demote = call(running, 'organisations.changeRole', { userId: admin.userId, role: 'viewer' }, lab.owner);
      const promote = call(running, 'organisations.changeRole', { userId: victim.userId, role: 'admin' }, admin);
      await Promise.all([demote, promote]);
      await ask(running, lab.owner, 'organisations.changeRole', { userId: victim.userId, role: 'member' }, nothing);
      const { rows } = await running.database.pool.query(
        `SELECT actor_id = $2::uuid AS "isTheirs", target_id = $2::text AS "isAboutThem" FROM audit_events
          WHERE organisation_id = $1 AND action = 'member.role_changed' AND $2::text IN (actor_id::text, target_id) ORDER BY seq`,
        [lab.id, admin.userId],
      );
      expect(rows.findLastIndex(({ isTheirs }) => isTheirs)).toBeLessThan(
        rows.findIndex(({ isAboutThem }) => isAboutThem),
      );
    }
  });

  test('nobody hands an organisation to somebody who cannot sign in', async () => {
    const lab = await newOrganisation(await newPerson(running));
    const member = await joined(lab, 'member');
    await running.database.pool.query(`UPDATE users SET status = 'suspended' WHERE id = $1`, [member.userId]);

    const refused = await refusal(running, lab.owner, 'organisations.transfer', { userId: member.userId });

    expect(refused.code).toBe('member.not_found');
  });

  test('who is a member already stays what they are, and the record says nothing else', async () => {
    const lab = await newOrganisation(await newPerson(running));
    const admin = await joined(lab, 'admin');
    const input = { email: admin.email, role: 'viewer', delivery: 'link' };
    const { link } = await ask(running, lab.owner, 'invitations.create', input, invitationMade);

    await call(running, 'invitations.accept', { token: tokenIn(link) }, { token: admin.token });

    const { items } = await ask(running, admin, 'organisations.members', {}, memberPage);
    expect(items.find(({ userId }) => userId === admin.userId)?.role).toBe('admin');
    const { rows } = await running.database.pool.query(
      `SELECT change FROM audit_events WHERE organisation_id = $1 AND action = 'member.joined' AND target_id = $2`,
      [lab.id, admin.userId],
    );
    expect(rows).toEqual([{ change: { after: { role: 'admin' } } }]);
  });

  test('only administrators see addresses', async () => {
    const lab = await newOrganisation(await newPerson(running));
    const [admin, member] = [await joined(lab, 'admin'), await joined(lab, 'member')];

    const seen = await ask(running, member, 'organisations.members', {}, memberPage);
    expect(seen.items.map(({ email }) => email)).toEqual([null, null, member.email]);
    const all = await ask(running, admin, 'organisations.members', {}, memberPage);
    expect(all.items.every(({ email }) => email !== null)).toBe(true);
  });

  test('a page of members goes on where the last one ended', async () => {
    const lab = await newOrganisation(await newPerson(running));
    for (let n = 0; n < 4; n += 1) await joined(lab, 'member');

    const names: string[] = [];
    for (let cursor: string | null | undefined; ; ) {
      const page = await ask(running, lab.owner, 'organisations.members', { limit: 2, cursor }, memberPage);
      names.push(...page.items.map(({ userId }) => userId));
      cursor = page.nextCursor;
      if (!cursor) break;
    }
    expect(new Set(names).size).toBe(5);
    expect(names).toHaveLength(5);
  });

  test('ownership is handed over once, whoever asks at the same time', async () => {
    const lab = await newOrganisation(await newPerson(running));
    const heirs = [await joined(lab, 'member'), await joined(lab, 'admin'), await joined(lab, 'viewer')];

    const statuses = await Promise.all(
      heirs.map(async ({ userId }) => (await call(running, 'organisations.transfer', { userId }, lab.owner)).status),
    );

    const { rows } = await running.database.pool.query(
      `SELECT count(*)::int AS owners FROM memberships WHERE organisation_id = $1 AND role = 'owner'`,
      [lab.id],
    );
    expect(rows).toEqual([{ owners: 1 }]);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect((await refusal(running, lab.owner, 'organisations.archive', undefined)).code).toBe('permission.denied');
  });

  test('the owner cannot leave, others can, and then they are out', async () => {
    const lab = await newOrganisation(await newPerson(running));
    const member = await joined(lab, 'member');

    expect((await refusal(running, lab.owner, 'organisations.leave', undefined)).code).toBe('organisation.needs_owner');
    await ask(running, member, 'organisations.leave', undefined, nothing);

    expect((await refusal(running, member, 'sessions.list', { status: 'all' })).code).toBe('auth.required');
  });
});

describe('an invitation', () => {
  const list = z.array(invitationDto);

  test('is previewed without signing in, accepted once, and by its address only', async () => {
    const lab = await newOrganisation(await newPerson(running), 'Lab of Ada');
    const [guest, other] = [await newPerson(running, 'Guest'), await newPerson(running)];
    const input = { email: guest.email.toUpperCase(), role: 'viewer', delivery: 'link' };
    const made = await ask(running, lab.owner, 'invitations.create', input, invitationMade);
    const token = tokenIn(made.link);

    const preview = await call(running, 'invitations.preview', { token });
    expect(preview.text).toContain('Lab of Ada');
    expect((await refusal(running, other, 'invitations.accept', { token })).code).toBe('invitation.other_address');
    const both = await Promise.all([0, 1].map(() => call(running, 'invitations.accept', { token }, guest)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);

    expect((await refusal(running, guest, 'invitations.accept', { token })).code).toBe('invitation.not_found');
    expect((await call(running, 'invitations.preview', { token })).status).toBe(404);
    const viewer = await switched(guest, lab.id);
    expect((await call(running, 'sessions.create', { clientId: crypto.randomUUID() }, viewer)).status).toBe(403);
    const [listed] = await ask(running, lab.owner, 'invitations.list', undefined, list);
    expect(listed).toMatchObject({ state: 'accepted', email: guest.email });
  });

  test.each(['revoke', 'resend', 'decline'] as const)('%s makes its link worthless', async (way) => {
    const lab = await newOrganisation(await newPerson(running));
    const guest = await newPerson(running);
    const input = { email: guest.email, role: 'member', delivery: 'link' };
    const { invitation, link } = await ask(running, lab.owner, 'invitations.create', input, invitationMade);
    const token = tokenIn(link);
    expect((await refusal(running, lab.owner, 'invitations.create', input)).code).toBe('invitation.exists');

    const again =
      way === 'decline'
        ? await call(running, 'invitations.decline', { token }, guest)
        : await call(running, `invitations.${way}`, { invitationId: invitation.id }, lab.owner);

    expect(again.status).toBe(200);
    expect((await refusal(running, guest, 'invitations.accept', { token })).code).toBe('invitation.not_found');
    if (way === 'resend') {
      const fresh = tokenIn(invitationMade.parse(dataOf(again)).link);
      expect((await call(running, 'invitations.accept', { token: fresh }, guest)).status).toBe(200);
    }
  });

  test('ends after seven days, and with its organisation', async () => {
    const lab = await newOrganisation(await newPerson(running));
    const guest = await newPerson(running);
    const input = { email: guest.email, role: 'member', delivery: 'link' };
    const { invitation, link } = await ask(running, lab.owner, 'invitations.create', input, invitationMade);
    const token = tokenIn(link);
    const days = (Date.parse(invitation.expiresAt) - Date.parse(invitation.createdAt)) / 86_400_000;

    expect(days).toBe(7);
    await running.database.pool.query(`UPDATE invitations SET expires_at = now() WHERE id = $1`, [invitation.id]);
    expect((await refusal(running, guest, 'invitations.accept', { token })).code).toBe('invitation.not_found');
    await running.database.pool.query(`UPDATE invitations SET expires_at = now() + '1 day' WHERE id = $1`, [
      invitation.id,
    ]);
    await ask(running, lab.owner, 'organisations.archive', undefined, nothing);
    expect((await refusal(running, guest, 'invitations.accept', { token })).code).toBe('invitation.not_found');
  });

  test.each([undefined, null, '', [], {}, 'short', 'A'.repeat(43), { $ne: '' }])(
    'AT-36: the secret %j opens none',
    async (token) => {
      const answer = await call(running, 'invitations.preview', { token });
      expect([400, 404]).toContain(answer.status);
    },
  );

  test.each([
    ['is suspended', `UPDATE users SET status = 'suspended' WHERE id = $1`],
    ['is removed', `DELETE FROM memberships WHERE user_id = $1 AND role = 'admin'`],
    ['may invite nobody any more', `UPDATE memberships SET role = 'member' WHERE user_id = $1 AND role = 'admin'`],
  ])('AT-11: ends when who invited %s, until somebody else sends it again', async (_name, change) => {
    const lab = await newOrganisation(await newPerson(running));
    const [admin, guest] = [await joined(lab, 'admin'), await newPerson(running)];
    const input = { email: guest.email, role: 'member', delivery: 'link' };
    const made = await ask(running, admin, 'invitations.create', input, invitationMade);
    const token = tokenIn(made.link);
    expect((await call(running, 'invitations.preview', { token })).status).toBe(200);

    await running.database.pool.query(change, [admin.userId]);

    expect((await refusal(running, null, 'invitations.preview', { token })).code).toBe('invitation.not_found');
    expect((await refusal(running, guest, 'invitations.accept', { token })).code).toBe('invitation.not_found');
    const listed = await ask(running, lab.owner, 'invitations.list', undefined, z.array(invitationDto));
    expect(listed.find(({ id }) => id === made.invitation.id)?.state).toBe('expired');

    const { id: invitationId } = made.invitation;
    const again = await ask(running, lab.owner, 'invitations.resend', { invitationId }, invitationMade);
    expect(again.invitation.state).toBe('open');
    const accepted = await call(running, 'invitations.accept', { token: tokenIn(again.link) }, { token: guest.token });
    expect(accepted.status).toBe(200);
  });

  test.each([
    ['its time is over', `UPDATE invitations SET expires_at = now() WHERE id = $2 AND invited_by = $1`],
    ['who invited is suspended', `UPDATE users SET status = 'suspended' WHERE id = $1 AND $2::uuid IS NOT NULL`],
    ['who invited is gone', `DELETE FROM memberships WHERE user_id = $1 AND role = 'admin' AND $2::uuid IS NOT NULL`],
  ])('makes room for another when %s', async (_name, change) => {
    const lab = await newOrganisation(await newPerson(running));
    const [admin, guest] = [await joined(lab, 'admin'), await newPerson(running)];
    const input = { email: guest.email, role: 'member', delivery: 'link' };
    const old = await ask(running, admin, 'invitations.create', input, invitationMade);
    expect((await refusal(running, lab.owner, 'invitations.create', input)).code).toBe('invitation.exists');

    await running.database.pool.query(change, [admin.userId, old.invitation.id]);
    const fresh = await ask(running, lab.owner, 'invitations.create', input, invitationMade);

    const listed = await ask(running, lab.owner, 'invitations.list', undefined, list);
    const stateOf = (id: string) => listed.find((one) => one.id === id)?.state;
    expect([stateOf(old.invitation.id), stateOf(fresh.invitation.id)]).toEqual(['revoked', 'open']);
    const { rows } = await running.database.pool.query(
      `SELECT action FROM audit_events WHERE target_id IN ($1, $2) ORDER BY seq`,
      [old.invitation.id, fresh.invitation.id],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'invitation.created',
      'invitation.revoked',
      'invitation.created',
    ]);
    const again = { invitationId: old.invitation.id };
    expect((await refusal(running, lab.owner, 'invitations.resend', again)).code).toBe('invitation.not_found');
    expect((await refusal(running, lab.owner, 'invitations.create', input)).code).toBe('invitation.exists');
    const accepted = await call(running, 'invitations.accept', { token: tokenIn(fresh.link) }, { token: guest.token });
    expect(accepted.status).toBe(200);
  });

  test('that has expired makes room for one of several that are made at once', async () => {
    const lab = await newOrganisation(await newPerson(running));
    const input = { email: 'once-only@example.com', role: 'member', delivery: 'link' };
    const { invitation } = await ask(running, lab.owner, 'invitations.create', input, invitationMade);
    await running.database.pool.query(`UPDATE invitations SET expires_at = now() WHERE id = $1`, [invitation.id]);
    const made = await Promise.all([0, 1, 2].map(() => call(running, 'invitations.create', input, lab.owner)));
    expect(made.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  test('its secret stands nowhere in the database', async () => {
    const lab = await newOrganisation(await newPerson(running));
    const input = { email: 'nobody-yet@example.com', role: 'member', delivery: 'mail' };
    const { link } = await ask(running, lab.owner, 'invitations.create', input, invitationMade);
    expect(link).toBeNull();
    const other = await ask(
      running,
      lab.owner,
      'invitations.create',
      { ...input, email: 'somebody@example.com', delivery: 'link' },
      invitationMade,
    );
    const { rows } = await running.database.pool.query<{ row: string }>(
      `SELECT to_jsonb(i)::text AS row FROM invitations i`,
    );
    expect(rows.some(({ row }) => row.includes(tokenIn(other.link)))).toBe(false);
  });
});

test('whoever it concerns, and nobody else, hears at once that what they may do has changed', async () => {
  const lab = await newOrganisation(await newPerson(running));
  const member = await joined(lab, 'member');
  const bystander = await joined(lab, 'member');
  await using hers = await TestSocket.open(running, { params: { token: member.token } });
  await using theirs = await TestSocket.open(running, { params: { token: bystander.token } });
  for (const socket of [hers, theirs]) {
    expect((await socket.ask('organisations.changes', {})).result?.type).toBe('started');
  }
  const heard = (socket: TestSocket) => socket.frames.filter(({ result }) => result?.type === 'data').length;

  // Her socket has the rights it began with, so it ends as well: whichever she notices first, she looks again.
  let isClosed = false;
  void hers.closed.then(() => {
    isClosed = true;
  });

  await ask(running, lab.owner, 'organisations.changeRole', { userId: member.userId, role: 'viewer' }, nothing);

  await expect.poll(() => heard(hers) > 0 || isClosed, { interval: 5 }).toBe(true);
  expect(heard(theirs)).toBe(0);
});
