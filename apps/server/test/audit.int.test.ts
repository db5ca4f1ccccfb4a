import { auditPage, auditStatistics, auditVerdict } from '@atelier/contracts/audit';
import { grantDto } from '@atelier/contracts/auth';
import { organisationSummary } from '@atelier/contracts/organisations';
import { sessionDto } from '@atelier/contracts/sessions';
import type { Operation } from '@atelier/entities/operation';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installationRecord } from '../src/modules/audit/index.ts';
import { ask, call, refusal, request } from './calls.ts';
import { newOwner, newPerson } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

let running: RunningProgram;
beforeAll(async () => {
  running = await startProgram();
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

const system: Operation = { principal: { kind: 'system' } };
type Who = { readonly token: string };

/** An organisation whose record has some entries, renamed `times` times. */
async function recorded(times: number): Promise<Who & { readonly id: string }> {
  const person = await newPerson(running, 'Ada');
  const { id } = await ask(running, person, 'organisations.create', { name: 'Lab 0' }, organisationSummary);
  const { accessToken } = await ask(running, person, 'organisations.switch', { organisationId: id }, grantDto);
  for (let n = 1; n <= times; n += 1) {
    await call(running, 'organisations.rename', { name: `Lab ${n}` }, { token: accessToken });
  }
  return { token: accessToken, id };
}

const page = async (who: Who, input: object = {}) => await ask(running, who, 'audit.list', input, auditPage);
const verdict = async (who: Who) => await ask(running, who, 'audit.verify', {}, auditVerdict);
const tamper = async (sql: string, values: readonly unknown[]) =>
  void (await running.database.pool.query(sql, [...values]));

describe('an entry', () => {
  test('tells who did what, from where, and what was before and after', async () => {
    const lab = await recorded(1);

    const { items } = await page(lab);

    expect(items.map(({ seq, action }) => [seq, action])).toEqual([
      [2, 'organisation.renamed'],
      [1, 'organisation.created'],
    ]);
    expect(items[0]).toMatchObject({
      event: 'sensitive_update',
      actor: { kind: 'user', name: 'Ada' },
      target: { kind: 'organisation', id: lab.id },
      outcome: 'ok',
      change: { before: { name: 'Lab 0' }, after: { name: 'Lab 1' } },
      ip: '127.0.0.1',
    });
    expect(items[0]?.requestId).toMatch(/^[\da-f-]{36}$/);
    expect(items[0]?.userAgent).toBeTruthy();
  });

  test('is written with its fact, or neither is', async () => {
    const lab = await recorded(0);
    const { auditLog, postgres } = running.program;
    const fact = { action: 'settings.changed', target: { kind: 'organisation', id: lab.id } } as const;

    await postgres.db
      .transaction(system, async (op) => {
        await auditLog.record(op, lab.id, fact);
        throw new Error('taken back');
      })
      .catch(() => undefined);

    expect((await page(lab)).items).toHaveLength(1);
    expect(await verdict(lab)).toEqual({ checked: 1, problem: null });
  });

  test('has a place of its own, also when forty are written at once by two processes', async () => {
    const lab = await recorded(0);
    await using beside = await startProgram({ beside: running, roles: { server: true, worker: false } });
    const fact = { action: 'member.joined', target: { kind: 'user', id: null } } as const;

    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (n % 2 === 0 ? running : beside).program.auditLog.record(system, lab.id, fact),
      ),
    );

    const { items } = await page(lab, { limit: 100 });
    expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: 41 }, (_, n) => 41 - n));
    expect(await verdict(lab)).toEqual({ checked: 41, problem: null });
  });
});

describe('a refusal', () => {
  test('AT-01: leaves one entry with who, what and why, and nothing that was typed', async () => {
    const lab = await recorded(0);
    const victim = await newPerson(running, 'Victim');
    const { id } = await ask(
      running,
      victim,
      'sessions.create',
      { clientId: crypto.randomUUID(), title: 'canary-title' },
      sessionDto,
    );

    const refused = await call(running, 'sessions.rename', { sessionId: id, title: 'canary-typed' }, lab);
    await running.program.refusals.settled();

    expect(refused.status).toBe(404);
    const { items } = await page(lab, { outcome: 'denied' });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      action: 'access.denied',
      event: 'authz_fail',
      actor: { kind: 'user', name: 'Ada' },
      target: { kind: 'procedure', id: 'sessions.rename' },
      reason: 'session.not_found',
      change: { after: { sessionId: id } },
    });
    expect(JSON.stringify(items)).not.toContain('canary');
  });

  test.each([
    ['sessions.open', { sessionId: '00000000-0000-7000-8000-000000000000' }, 'session.not_found'],
    ['installation.settings', undefined, 'permission.denied'],
  ])('of %s is recorded, a mistake in what was typed is not', async (procedure, input, reason) => {
    const lab = await recorded(0);

    await call(running, procedure, input, lab);
    await call(running, 'sessions.open', { sessionId: 'no id' }, lab);
    await request(running, '/api/sessions/00000000-0000-7000-8000-000000000000/files?path=a', {}, lab);
    await running.program.refusals.settled();

    const { items } = await page(lab, { outcome: 'denied' });
    expect(items.map((item) => item.reason)).toEqual(['session.not_found', reason]);
    expect(items[0]?.target.id).toBe('get /api/sessions/:sessionId/files');
  });

  test('of somebody who tries again and again fills no record', async () => {
    const lab = await recorded(0);

    for (let n = 0; n < 40; n += 1) await call(running, 'installation.settings', undefined, lab);
    await running.program.refusals.settled();

    expect((await page(lab, { outcome: 'denied', limit: 100 })).items).toHaveLength(30);
  });
});

describe('verifying finds', () => {
  const change = (set: string) => `UPDATE audit_events SET ${set} WHERE organisation_id = $1 AND seq = 3`;
  const changed = { checked: 2, problem: { seq: 3, kind: 'changed' } };
  const gone = { checked: 0, problem: { seq: 0, kind: 'end_changed' } };

  test.each<readonly [string, string, object]>([
    ['another name', change(`actor_name = 'Eve'`), changed],
    ['another time', change(`at = at + interval '1 millisecond'`), changed],
    ['another outcome', change(`outcome = 'denied'`), changed],
    ['another change', change(`change = replace(change::text, 'Lab', 'Lap')::json`), changed],
    ['another spelling of the same change', change(`change = (change::text || ' ')::json`), changed],
    ['another hash', change(`hash = sha256('x')`), changed],
    [
      'an entry that is gone',
      `DELETE FROM audit_events WHERE organisation_id = $1 AND seq = 3`,
      { checked: 2, problem: { seq: 3, kind: 'missing' } },
    ],
    [
      'the first entry gone',
      `DELETE FROM audit_events WHERE organisation_id = $1 AND seq = 1`,
      { checked: 0, problem: { seq: 1, kind: 'missing' } },
    ],
    [
      'two entries in each other’s place',
      `UPDATE audit_events e SET action = o.action, change = o.change, at = o.at, hash = o.hash FROM audit_events o
        WHERE e.organisation_id = $1 AND o.organisation_id = $1 AND (e.seq, o.seq) IN ((3, 4), (4, 3))`,
      changed,
    ],
    [
      'the end cut off',
      `DELETE FROM audit_events WHERE organisation_id = $1 AND seq = 5`,
      { checked: 4, problem: { seq: 5, kind: 'missing' } },
    ],
    [
      'the end cut off, and the head made to fit',
      `WITH gone AS (DELETE FROM audit_events WHERE organisation_id = $1 AND seq = 5)
       UPDATE audit_heads SET last_seq = 4,
              last_hash = (SELECT hash FROM audit_events WHERE organisation_id = $1 AND seq = 4)
        WHERE organisation_id = $1`,
      { checked: 0, problem: { seq: 4, kind: 'end_changed' } },
    ],
    [
      'an entry of another record',
      `UPDATE audit_events e SET hash = o.hash, change = o.change FROM audit_events o
        WHERE e.organisation_id = $1 AND e.seq = 3 AND o.organisation_id <> $1 AND o.seq = 3`,
      changed,
    ],
    ['the head gone', `DELETE FROM audit_heads WHERE organisation_id = $1`, gone],
    [
      'everything gone',
      `WITH events AS (DELETE FROM audit_events WHERE organisation_id = $1)
       DELETE FROM audit_heads WHERE organisation_id = $1`,
      gone,
    ],
    ['a key that is gone', change(`key_id = 'v99'`), { checked: 2, problem: { seq: 3, kind: 'key_missing' } }],
  ])('%s', async (_name, sql, expected) => {
    await recorded(4);
    const lab = await recorded(4);
    expect(await verdict(lab)).toEqual({ checked: 5, problem: null });

    await tamper(sql, [lab.id]);

    expect(await verdict(lab)).toEqual(expected);
  });
});

test('verifying finds a record that was taken away and begun anew', async () => {
  const lab = await recorded(2);
  await tamper(`DELETE FROM audit_events WHERE organisation_id = $1`, [lab.id]);
  await tamper(`DELETE FROM audit_heads WHERE organisation_id = $1`, [lab.id]);
  await tamper(`UPDATE organisations SET created_at = created_at - interval '2 hours' WHERE id = $1`, [lab.id]);

  await call(running, 'organisations.rename', { name: 'Anew' }, lab);

  expect(await verdict(lab)).toEqual({ checked: 0, problem: { seq: 1, kind: 'missing' } });
});

test('verifying finds that the record of the installation was taken away, and begun anew', async () => {
  await using own = await startProgram();
  const owner = await newOwner(own);
  const verify = () => ask(own, owner, 'audit.verify', { scope: 'installation' }, auditVerdict);
  expect((await verify()).problem).toBeNull();

  await own.database.pool.query(`DELETE FROM audit_events WHERE organisation_id = $1`, [installationRecord]);
  await own.database.pool.query(`DELETE FROM audit_heads WHERE organisation_id = $1`, [installationRecord]);

  expect((await verify()).problem).toEqual({ seq: 0, kind: 'end_changed' });
  await newPerson(own);
  expect((await verify()).problem).toEqual({ seq: 1, kind: 'missing' });
});

describe('the page', () => {
  test('goes on before the last entry, and filters', async () => {
    const lab = await recorded(6);

    const first = await page(lab, { limit: 3 });
    const second = await page(lab, { limit: 3, before: first.nextBefore });
    const third = await page(lab, { limit: 3, before: second.nextBefore });

    expect([first, second, third].flatMap(({ items }) => items.map(({ seq }) => seq))).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(third.nextBefore).toBeNull();
    expect((await page(lab, { action: 'organisation.created' })).items).toHaveLength(1);
    expect((await page(lab, { outcome: 'denied' })).items).toEqual([]);
    expect((await page(lab, { from: new Date(Date.now() + 60_000).toISOString() })).items).toEqual([]);
    expect((await page(lab, { actorId: first.items[0]?.actor.id })).items).toHaveLength(7);
    expect((await page(lab, { targetId: lab.id })).items).toHaveLength(7);
  });

  test('counts', async () => {
    const lab = await recorded(3);

    const statistics = await ask(running, lab, 'audit.statistics', {}, auditStatistics);

    expect(statistics).toMatchObject({
      total: 4,
      byOutcome: { ok: 4, denied: 0, failed: 0 },
      byAction: [
        { action: 'organisation.renamed', count: 3 },
        { action: 'organisation.created', count: 1 },
      ],
      byActor: [{ name: 'Ada', count: 4 }],
    });
    expect(statistics.byDay).toHaveLength(1);
  });

  test('AT-06: shows no organisation the record of another, nor the installation’s to who does not run it', async () => {
    const [lab, other] = [await recorded(1), await recorded(2)];

    expect((await page(lab)).items.every(({ target }) => target.id === lab.id)).toBe(true);
    expect((await page(lab, { targetId: other.id })).items).toEqual([]);
    expect((await refusal(running, lab, 'audit.list', { scope: 'installation' })).code).toBe('permission.denied');
    expect((await refusal(running, lab, 'audit.verify', { scope: 'installation' })).code).toBe('permission.denied');
    const path = '/api/audit/export?scope=installation';
    expect((await request(running, path, {}, lab)).status).toBe(403);
  });
});

describe('the export', () => {
  test('is a table that no spreadsheet takes for a formula', async () => {
    const lab = await recorded(0);
    await call(running, 'organisations.rename', { name: '=1+1, "so"' }, lab);
    await running.database.pool.query(
      `UPDATE users SET name = '=cmd()' WHERE id IN (
      SELECT user_id FROM memberships WHERE organisation_id = $1)`,
      [lab.id],
    );
    await call(running, 'organisations.rename', { name: 'Lab' }, lab);

    const answer = await request(running, '/api/audit/export?format=csv', {}, lab);

    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"');
    const [heading, ...lines] = answer.text.trimEnd().split('\n');
    expect(heading).toMatch(/^seq,at,action,/);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain('audit.exported');
    expect(lines[1]).toContain(",'=cmd(),");
    expect(lines[2]).toContain('""name"":""=1+1, \\""so\\""""');
  });

  test('is one JSON object a line, and is recorded itself', async () => {
    const lab = await recorded(2);

    const answer = await request(running, '/api/audit/export?format=json&action=organisation.renamed', {}, lab);

    const events = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ seq }) => seq)).toEqual([3, 2]);
    expect((await page(lab)).items[0]).toMatchObject({ action: 'audit.exported' });
  });

  test.each(['?format=xml', '?limit=5', '?scope=all', '?from=yesterday'])('%s is refused', async (query) => {
    const lab = await recorded(0);
    expect((await request(running, `/api/audit/export${query}`, {}, lab)).status).toBe(400);
  });
});

test('retention takes the oldest away, notes that it did, and what is left still verifies', async () => {
  const lab = await recorded(4);
  await tamper(`UPDATE audit_events SET at = at WHERE organisation_id = $1`, [lab.id]);
  const now = new Date(Date.now() + 31 * 86_400_000);
  await running.program.auditLog.record(system, lab.id, { action: 'member.left', target: { kind: 'user', id: null } });

  await running.program.services.audit.prune(system, { now, retentionDays: 30 });

  const { items } = await page(lab);
  expect(items.map(({ seq, action }) => [seq, action])).toEqual([[7, 'audit.pruned']]);
  expect(await verdict(lab)).toEqual({ checked: 1, problem: null });
  await tamper(`UPDATE audit_heads SET anchor_seq = 5 WHERE organisation_id = $1`, [lab.id]);
  expect((await verdict(lab)).problem?.kind).toBe('end_changed');
});

test('the installation has a record of its own, which verifies too', async () => {
  await running.program.auditLog.recordInstallation(system, {
    action: 'settings.changed',
    target: { kind: 'installation', id: null },
  });

  const verdict = await running.program.services.audit.verifyRecord(system, installationRecord);
  expect(verdict.problem).toBeNull();
  expect(verdict.checked).toBeGreaterThan(0);
});
