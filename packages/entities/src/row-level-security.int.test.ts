import { organisationId, signInId, userId } from '@atelier/contracts/ids';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertSession } from '../test/fixtures.ts';
import { Database } from './database.ts';
import { migrate } from './migrate.ts';
import type { Operation } from './operation.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

let t: TestDatabase;
let own: Awaited<ReturnType<typeof insertSession>>;
let other: Awaited<ReturnType<typeof insertSession>>;

/** The chain of each organisation, and the model in it. */
const chains = new Map<string, string>();
const modelOfAll = newId();

beforeAll(async () => {
  t = await createTestDatabase({ poolSize: 2 });
  [own, other] = [await insertSession(t.db, { events: 2 }), await insertSession(t.db, { events: 2 })];
  const providerId = newId();
  await t.pool.query(
    `INSERT INTO model_providers (id, name, kind, base_url, access, created_at, updated_at)
     VALUES ($1, 'p', 'openai', 'http://p', 'everyone', now(), now())`,
    [providerId],
  );
  await t.pool.query(
    `INSERT INTO models (id, provider_id, name, label, features, created_at) VALUES ($1, $2, 'm', 'm', '{}', now())`,
    [modelOfAll, providerId],
  );
  for (const { organisationId, userId } of [own, other]) {
    await t.pool.query(
      `INSERT INTO memberships (organisation_id, user_id, role, created_at) VALUES ($1, $2, 'owner', now())`,
      [organisationId, userId],
    );
    await t.pool.query(
      `INSERT INTO invitations (id, organisation_id, email, role, delivery, token_hash, created_at, expires_at)
       VALUES ($1, $2, 'a@example.com', 'member', 'link', sha256($1::uuid::text::bytea), now(), now())`,
      [newId(), organisationId],
    );
    await t.pool.query(
      `INSERT INTO api_keys (id, user_id, organisation_id, name, key_hash, hint, scopes, created_at)
       VALUES ($1, $2, $3, 'key', sha256($1::uuid::text::bytea), '', '{read}', now())`,
      [newId(), userId, organisationId],
    );
    await t.pool.query(
      `INSERT INTO checkpoints (run_id, session_id, organisation_id, before_tree, created_at)
       SELECT r.id, r.session_id, $1, '', now() FROM runs r WHERE organisation_id = $1 LIMIT 1`,
      [organisationId],
    );
    await t.pool.query(
      `INSERT INTO restorations (id, session_id, organisation_id, seq, before_tree, after_tree, created, modified, deleted,
                                 created_at)
       SELECT $2, r.session_id, $1, 1, '', '', 0, 0, 0, now() FROM runs r WHERE organisation_id = $1 LIMIT 1`,
      [organisationId, newId()],
    );
    await t.pool.query(
      `WITH agent AS (INSERT INTO agents (id, organisation_id, current_version, created_at) VALUES ($1, $2, 1, now()))
       INSERT INTO agent_versions (id, agent_id, number, name, description, instructions, rules, created_at)
       VALUES ($3, $1, 1, 'a', '', '', '[]', now())`,
      [newId(), organisationId, newId()],
    );
    await t.pool.query(
      `WITH pipeline AS (
         INSERT INTO pipelines (id, organisation_id, name, description, stages, created_at, updated_at)
         VALUES ($1, $2, 'p', '', '[]', now(), now())
       ), started AS (
         INSERT INTO pipeline_runs (id, organisation_id, session_id, client_id, name, input, stages, state, created_at)
         SELECT $3, $2, r.session_id, $1, 'p', '', '[]', 'running', now() FROM runs r WHERE organisation_id = $2 LIMIT 1)
       INSERT INTO pipeline_stage_runs (id, pipeline_run_id, position, attempt, state, run_id, started_at)
       SELECT $4, $3, 0, 1, 'running', r.id, now() FROM runs r WHERE organisation_id = $2 LIMIT 1`,
      [newId(), organisationId, newId(), newId()],
    );
    await t.pool.query(
      `INSERT INTO approval_rules (id, organisation_id, tool, pattern, action, created_at)
       VALUES ($1, $2, 'run_command', '*', 'ask', now())`,
      [newId(), organisationId],
    );
    await t.pool.query(
      `WITH server AS (
         INSERT INTO mcp_servers (id, organisation_id, kind, name, url, header_names, is_enabled, timeout_seconds, created_at, updated_at)
         VALUES ($1, $2, 'http', 'docs', 'http://m', '{}', true, 60, now(), now())),
       tool AS (
         INSERT INTO mcp_tools (server_id, name, organisation_id, seen, seen_pin, is_there, seen_at)
         VALUES ($1, 'echo', $2, '{}', '', true, now()))
       INSERT INTO mcp_credentials (id, server_id, user_id, organisation_id, origin, updated_at)
       VALUES ($1, $1, $3, $2, 'http://m', now())`,
      [newId(), organisationId, userId],
    );
    await t.pool.query(
      `INSERT INTO run_requests (id, organisation_id, run_id, call_id, kind, tool, input_text, created_at, expires_at)
       SELECT $1, $2, r.id, '0-a', 'approval', 'run_command', '{}', now(), now() FROM runs r WHERE organisation_id = $2 LIMIT 1`,
      [newId(), organisationId],
    );
    await t.pool.query(
      `INSERT INTO spans (id, organisation_id, session_id, run_id, kind, name, started_at, duration_ms, status)
       SELECT $1, $2, r.session_id, r.id, 'agent_turn', '', now(), 1, 'ok' FROM runs r WHERE organisation_id = $2 LIMIT 1`,
      [newId(), organisationId],
    );
    await t.pool.query(
      `INSERT INTO daily_usage (organisation_id, user_id, day, provider, model, label) VALUES ($1, $2, now(), '', '', '')`,
      [organisationId, userId],
    );
    await t.pool.query(
      `INSERT INTO budgets (id, organisation_id, scope, daily_tokens) VALUES ($1, $2, 'organisation', 1)`,
      [newId(), organisationId],
    );
    await t.pool.query(
      `INSERT INTO audit_heads (organisation_id, last_seq, last_hash, anchor_seq, anchor_hash, key_id, mac)
       VALUES ($1, 1, '', 0, '', 'v1', '')`,
      [organisationId],
    );
    await t.pool.query(
      `INSERT INTO audit_events (organisation_id, seq, at, event, action, actor_kind, target_kind, outcome, key_id, hash)
       VALUES ($1, 1, now(), 'e', 'a', 'user', 'session', 'ok', 'v1', '')`,
      [organisationId],
    );
    chains.set(organisationId, newId());
    await t.pool.query(
      `WITH chain AS (INSERT INTO model_chains (id, organisation_id, name, created_at) VALUES ($1, $2, 'own', now()))
       INSERT INTO model_chain_entries (chain_id, position, model_id) VALUES ($1, 0, $3)`,
      [chains.get(organisationId), organisationId, modelOfAll],
    );
  }
});
afterAll(async () => await t.close());

/** Somebody's own statements, in their own organisation. */
function as(who: { readonly userId: string; readonly organisationId: string }): Operation {
  return {
    principal: {
      kind: 'user',
      userId: userId.parse(who.userId),
      organisationId: organisationId.parse(who.organisationId),
      role: 'owner',
      installationRole: 'user',
      credential: { kind: 'sign_in', id: signInId.parse(newId()), authenticatedAt: new Date(), isStrong: false },
    },
  };
}

const count = async (op: Operation, sql: string, values: readonly unknown[] = []) =>
  (await t.db.query<{ count: number }>(op, `SELECT count(*)::int AS count FROM ${sql}`, values))[0]?.count;

/** Every table that people's statements may read. */
const tables = [
  'agent_sessions',
  'session_heads',
  'session_events',
  'session_todos',
  'messages',
  'message_parts',
  'runs',
  'agents',
  'agent_versions',
  'pipelines',
  'pipeline_runs',
  'pipeline_stage_runs',
  'run_requests',
  'approval_rules',
  'mcp_servers',
  'mcp_tools',
  'mcp_credentials',
  'checkpoints',
  'restorations',
  'spans',
  'uploads',
  'organisations',
  'memberships',
  'users',
  'invitations',
  'api_keys',
  'audit_heads',
  'audit_events',
  'model_chains',
  'model_chain_entries',
  'daily_usage',
  'budgets',
] as const;

test('AT-06: these are all the tables that members may read, and each of them has a policy', async () => {
  const { rows } = await t.pool.query<{ name: string; isSecured: boolean }>(
    `SELECT c.relname AS name, c.relrowsecurity AS "isSecured" FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        AND has_table_privilege('atelier_member', c.oid, 'SELECT') ORDER BY 1`,
  );

  expect(rows).toEqual([...tables].sort().map((name) => ({ name, isSecured: true })));
});

describe('AT-06: without any filter of the application', () => {
  test.each(tables)('%s shows what is of the own organisation, and nothing else', async (table) => {
    const all = await count({ principal: { kind: 'system' } }, table);
    const mine = await count(as(own), table);
    const theirs = await count(as(other), table);

    expect(mine).toBeGreaterThan(0);
    expect(mine).toBe(theirs);
    expect(all).toBe((mine ?? 0) + (theirs ?? 0));
  });

  test.each([
    ['a session', 'agent_sessions', `UPDATE agent_sessions SET title = 'taken' RETURNING id`],
    ['an entry of a log', 'session_events', `DELETE FROM session_events WHERE session_id = $1 RETURNING seq`],
    ['a run', 'runs', `UPDATE runs SET state = 'cancelled' WHERE session_id = $1 RETURNING id`],
    ['a membership', 'memberships', `UPDATE memberships SET role = 'viewer' WHERE user_id <> $1 RETURNING role`],
    ['an organisation', 'organisations', `UPDATE organisations SET name = 'taken' WHERE id <> $1 RETURNING id`],
  ])('%s of another organisation cannot be changed', async (_what, table, sql) => {
    const before = await t.pool.query(`SELECT to_jsonb(t)::text AS row FROM ${table} t ORDER BY 1`);
    const values = sql.includes('$1') ? [table === 'memberships' ? own.userId : other.id] : [];
    if (table === 'organisations') values[0] = own.organisationId;

    await t.db
      .transaction(as(own), async (op) => {
        const changed = await t.db.query(op, sql, values);
        if (table !== 'agent_sessions') expect(changed).toEqual([]);
        expect(await count(op, 'agent_sessions WHERE id = $1', [other.id])).toBe(0);
        throw new Error('taken back');
      })
      .catch((error: Error) => expect(error.message).toBe('taken back'));

    const after = await t.pool.query(`SELECT to_jsonb(t)::text AS row FROM ${table} t ORDER BY 1`);
    expect(after.rows).toEqual(before.rows);
  });

  test.each([
    [
      'a message in a session of theirs',
      `INSERT INTO messages (id, session_id, role, seq, created_at) VALUES ($1, $2, 'user', 99, now())`,
      () => [newId(), other.id],
    ],
    [
      'a part in a message of theirs',
      `INSERT INTO message_parts (message_id, position, part) SELECT $1, 99, '{}'`,
      () => [other.question],
    ],
    [
      'a membership in an organisation of theirs',
      `INSERT INTO memberships (organisation_id, user_id, role, created_at) VALUES ($2, $1, 'owner', now())`,
      () => [own.userId, other.organisationId],
    ],
    [
      'an entry in a log of theirs',
      `INSERT INTO session_events (session_id, seq, type, payload, at) VALUES ($1, 99, 'x', '{}', now())`,
      () => [other.id],
    ],
    [
      'a chain of theirs',
      `INSERT INTO model_chains (id, organisation_id, name, created_at) VALUES ($1, $2, 'planted', now())`,
      () => [newId(), other.organisationId],
    ],
    [
      'a chain of the installation',
      `INSERT INTO model_chains (id, organisation_id, name, created_at) VALUES ($1, NULL, 'planted', now())`,
      () => [newId()],
    ],
    [
      'a model in a chain of theirs',
      `INSERT INTO model_chain_entries (chain_id, position, model_id) VALUES ($1, 1, $2)`,
      () => [chains.get(other.organisationId), modelOfAll],
    ],
    ['a second head for a session of theirs', `INSERT INTO session_heads (session_id) VALUES ($1)`, () => [other.id]],
  ])('%s is refused', async (_what, sql, values) => {
    await expect(t.db.query(as(own), sql, values())).rejects.toThrow(/row-level security|duplicate key/);
  });

  test.each([
    'accounts',
    'sign_ins',
    'session_tokens',
    'one_time_tokens',
    'totp_secrets',
    'passkeys',
    'recovery_codes',
    'model_providers',
    'model_provider_access',
    'models',
    'provider_health',
  ])('%s is out of reach', async (table) => {
    await expect(count(as(own), table)).rejects.toThrow(/permission denied/);
  });

  test('spans can be read, and neither made, changed nor removed', async () => {
    for (const sql of [`INSERT INTO spans DEFAULT VALUES`, `UPDATE spans SET name = ''`, `DELETE FROM spans`]) {
      await expect(t.db.query(as(own), sql, [])).rejects.toThrow(/permission denied/);
    }
  });

  test('what was used can be read, and neither made, changed nor removed', async () => {
    for (const sql of [
      `INSERT INTO daily_usage DEFAULT VALUES`,
      `UPDATE daily_usage SET cost = 0`,
      `DELETE FROM daily_usage`,
    ]) {
      await expect(t.db.query(as(own), sql, [])).rejects.toThrow(/permission denied/);
    }
  });

  test('the record can be added to, and neither changed nor shortened', async () => {
    for (const sql of [`UPDATE audit_events SET action = 'b'`, `DELETE FROM audit_events`]) {
      await expect(t.db.query(as(own), sql, [])).rejects.toThrow(/permission denied/);
    }
  });
});

test('a connection that served one person serves the next as themselves, also after a rollback', async () => {
  for (let round = 0; round < 6; round += 1) {
    const [who, not] = round % 2 === 0 ? [own, other] : [other, own];
    await t.db
      .transaction(as(who), async (op) => {
        expect(await count(op, 'agent_sessions WHERE id = $1', [who.id])).toBe(1);
        throw new Error('taken back');
      })
      .catch((error: Error) => expect(error.message).toBe('taken back'));
    expect(await count(as(who), 'agent_sessions WHERE id = $1', [not.id])).toBe(0);
    expect(await count(as(not), 'agent_sessions WHERE id = $1', [not.id])).toBe(1);
  }
});

test('with nobody named, nothing is seen', async () => {
  const client = await t.pool.connect();
  try {
    await client.query('BEGIN; SET LOCAL ROLE atelier_member');
    for (const table of tables) {
      expect((await client.query(`SELECT 1 FROM ${table}`)).rows, table).toEqual([]);
    }
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});

test("a person's operation cannot become the program's in the middle of a transaction", async () => {
  const { asSystem } = await import('./operation.ts');
  await t.db.transaction(as(own), async (op) => {
    expect(() => asSystem(op)).toThrow("A person's transaction cannot become the program's.");
  });
});

test('a program whose database user is no superuser makes the role, takes it, and sees no more', async () => {
  await using empty = await createTestDatabase({ isEmpty: true });
  const { database, host } = empty.connection;
  const name = `app_${newId().replaceAll('-', '')}`;
  await empty.pool.query(`CREATE ROLE ${name} LOGIN CREATEROLE`);
  await empty.pool.query(`ALTER DATABASE ${database} OWNER TO ${name}`);
  await empty.pool.query(`ALTER SCHEMA public OWNER TO ${name}`);
  // Made by somebody else, who has not given it to anybody: as another installation on the same server does.
  await empty.pool.query(`GRANT atelier_member TO ${name} WITH ADMIN TRUE, SET FALSE, INHERIT FALSE`);
  const db = await Database.connect({ host: String(host), user: name, database: String(database), poolSize: 2 });
  try {
    await migrate(db);
    await db.openToMembers();
    const [one, two] = [await insertSession(db), await insertSession(db)];

    const rows = await db.query<{ id: string }>(as(one), 'SELECT id FROM agent_sessions', []);

    expect(rows).toEqual([{ id: one.id }]);
    expect(await db.query(as(two), 'SELECT id FROM agent_sessions WHERE id = $1', [one.id])).toEqual([]);
  } finally {
    await db.close();
    await empty.pool.query(`DROP OWNED BY ${name} CASCADE`).catch(() => undefined);
  }
});
