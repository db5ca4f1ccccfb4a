import { organisationId, signInId, userId } from '@atelier/contracts/ids';
import pg from 'pg';
import type { SignedIn } from '../src/platform/trpc/context.ts';

/** Kinds of rows: the first group of their ids, so that an id says what it is of. */
export const kinds = {
  user: 1,
  organisation: 2,
  session: 3,
  message: 4,
  run: 5,
  upload: 6,
  token: 7,
  other: 8,
} as const;

/** The id of the nth row of a kind. */
export function idOf(kind: keyof typeof kinds, n: number): string {
  return `${kinds[kind].toString(16).padStart(8, '0')}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** The nth person, in their own organisation, at the sign-in whose tokens are `token` ids. */
export function person(n: number): SignedIn {
  return {
    kind: 'user',
    userId: userId.parse(idOf('user', n)),
    organisationId: organisationId.parse(idOf('organisation', n)),
    role: 'owner',
    installationRole: 'user',
    credential: {
      kind: 'sign_in',
      id: signInId.parse(idOf('token', n)),
      authenticatedAt: new Date(),
      isStrong: false,
    },
  };
}

/**
 * 100,000 rows in every table that grows, spread as they would be: person 1 has half of all sessions, session 1 a tenth
 * of all messages, runs, entries and uploads; the rest is one each. A hundred runs are queued, a hundred run, a hundred
 * wait for compaction; all others are done. Half of the leases have run out.
 */
const statements = [
  `CREATE FUNCTION id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
     SELECT (lpad(to_hex(kind), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$`,
  // Foreign keys are not checked row by row: what is made here agrees with itself.
  `SET session_replication_role = replica`,
  `INSERT INTO users (id, email, name, created_at)
     SELECT id(1, n), 'person' || n || '@example.com', 'Person ' || n, now() FROM generate_series(1, 100000) n`,
  `INSERT INTO accounts (id, user_id, provider, issuer, subject, password_hash, created_at)
     SELECT id(8, n), id(1, n), 'password', 'atelier', id(1, n)::text, '', now() FROM generate_series(1, 100000) n`,
  `INSERT INTO organisations (id, name, kind, personal_user_id, created_at)
     SELECT id(2, n), 'Own', 'personal', id(1, n), now() FROM generate_series(1, 100000) n`,
  `INSERT INTO memberships (organisation_id, user_id, role, created_at)
     SELECT id(2, n), id(1, n), 'owner', now() FROM generate_series(1, 100000) n`,
  `INSERT INTO sign_ins (id, user_id, organisation_id, methods, user_agent, created_at, authenticated_at, last_used_at,
                         absolute_expires_at)
     SELECT id(7, n), id(1, n), id(2, n), '{password}', '', now(), now(), now(), now() + '1 day'
       FROM generate_series(1, 100000) n`,
  `INSERT INTO session_tokens (id, sign_in_id, token_hash, user_agent, created_at, expires_at)
     SELECT id(7, n), id(7, n), sha256(n::text::bytea), '', now(), now() + '1 day' FROM generate_series(1, 100000) n`,
  `INSERT INTO oauth_states (id, state_hash, provider, verifier, return_path, browser_hash, created_at, expires_at)
     SELECT id(8, n), sha256(n::text::bytea), 'google', '', '/', 'browser', now(), now() + n * interval '1 second'
       FROM generate_series(1, 100000) n`,
  `INSERT INTO one_time_tokens (id, purpose, user_id, token_hash, payload, created_at, expires_at)
     SELECT id(8, n), CASE n % 3 WHEN 0 THEN 'registration' WHEN 1 THEN 'reset_password' ELSE 'second_factor' END,
            CASE WHEN n % 3 > 0 THEN id(1, n) END, sha256(n::text::bytea), '{"tries":0}', now(),
            now() + n * interval '1 second'
       FROM generate_series(1, 100000) n`,
  `INSERT INTO sign_in_failures (key, failures, last_failed_at)
     SELECT sha256(n::text::bytea), n % 100, now() - n * interval '1 second' FROM generate_series(1, 100000) n`,
  `INSERT INTO totp_secrets (user_id, secret_sealed, created_at)
     SELECT id(1, n), 'sealed', now() FROM generate_series(1, 100000) n`,
  `INSERT INTO recovery_codes (user_id, code_hash, created_at)
     SELECT id(1, n / 10 + 1), sha256(n::text::bytea), now() FROM generate_series(1, 100000) n`,
  `INSERT INTO passkeys (id, user_id, credential_id, public_key, counter, transports, name, is_backed_up, created_at)
     SELECT id(8, n), id(1, n), sha256(n::text::bytea), '', 1, '{}', 'Key', false, now() FROM generate_series(1, 100000) n`,
  `INSERT INTO api_keys (id, user_id, organisation_id, name, key_hash, hint, scopes, created_at)
     SELECT id(8, n), id(1, n), id(2, n), 'Key', sha256(n::text::bytea), 'abcd', '{read}', now()
       FROM generate_series(1, 100000) n`,
  `INSERT INTO agents (id, organisation_id, user_id, current_version, created_at)
     SELECT id(8, n), id(2, n % 1000 + 1), CASE WHEN n % 3 > 0 THEN id(1, n % 1000 + 1) END, 2, now()
       FROM generate_series(1, 100000) n`,
  `INSERT INTO agent_versions (id, agent_id, number, name, description, instructions, rules, author_id, created_at)
     SELECT id(8, n * 10 + v), id(8, n), v, 'Agent ' || n, '', '', '[]', id(1, n), now()
       FROM generate_series(1, 100000) n, generate_series(1, 2) v`,
  `INSERT INTO agent_sessions (id, organisation_id, owner_id, client_id, title, agent_id, status, created_at,
                               last_activity_at)
     SELECT id(3, n), id(2, o), id(1, o), id(8, n), 'Session ' || n, CASE n % 2 WHEN 0 THEN id(8, n) END, CASE n % 3 WHEN 0 THEN 'archived' ELSE 'open' END,
            now() - n * interval '1 minute', now() - n * interval '1 second'
       FROM generate_series(1, 100000) n, LATERAL (SELECT CASE n % 2 WHEN 1 THEN 1 ELSE n END AS o)`,
  `INSERT INTO session_heads (session_id, last_seq) SELECT id(3, n), CASE n WHEN 1 THEN 10000 ELSE n END
     FROM generate_series(1, 100000) n`,
  `INSERT INTO session_todos (session_id, items) SELECT id(3, n), '[]' FROM generate_series(1, 100000) n`,
  `INSERT INTO messages (id, session_id, parent_id, role, author_id, seq, client_id, created_at)
     SELECT id(4, n), id(3, CASE WHEN n <= 10000 THEN 1 ELSE n END), CASE n % 2 WHEN 0 THEN id(4, n - 1) END,
            CASE n % 2 WHEN 0 THEN 'agent' ELSE 'user' END, CASE n % 2 WHEN 1 THEN id(1, 1) END, n,
            CASE n % 2 WHEN 1 THEN id(8, n) END, now()
       FROM generate_series(1, 100000) n`,
  `INSERT INTO message_parts (message_id, position, part)
     SELECT id(4, n), 0, '{"type":"text","text":"Hello"}' FROM generate_series(1, 100000) n`,
  `INSERT INTO session_events (session_id, seq, type, payload, at)
     SELECT id(3, CASE WHEN n <= 10000 THEN 1 ELSE n END), n, 'text.delta', '{"text":"Hello"}', now()
       FROM generate_series(1, 100000) n`,
  `INSERT INTO runs (id, session_id, organisation_id, user_message_id, agent_message_id, client_id, kind, state,
                     lease_owner, lease_until, queued_at, finished_at, compacted_at, agent_version_id)
     SELECT id(5, n), id(3, CASE WHEN n <= 10000 THEN 1 ELSE n END), id(2, 1), id(4, n + n % 2 - 1), id(4, n + n % 2),
            id(8, n), CASE n % 2 WHEN 1 THEN 'answer' ELSE 'retry' END, state, CASE state WHEN 'running' THEN id(8, n) END,
            CASE state WHEN 'running' THEN now() + (n % 2 * 2 - 1) * interval '1 hour' END,
            now() - n * interval '1 second', CASE state WHEN 'succeeded' THEN now() END,
            CASE WHEN state = 'succeeded' AND n % 1000 <> 0 THEN now() END,
            CASE n % 2 WHEN 1 THEN id(8, n * 10 + 1) END
       FROM generate_series(1, 100000) n,
            LATERAL (SELECT CASE n % 1000 WHEN 1 THEN CASE WHEN n > 10000 THEN 'running' ELSE 'succeeded' END
                                          WHEN 2 THEN 'queued' ELSE 'succeeded' END AS state)`,
  `INSERT INTO uploads (id, session_id, organisation_id, owner_id, name, path, size, media_type, sha256, created_at)
     SELECT id(6, n), id(3, CASE WHEN n <= 10000 THEN 1 ELSE n END), id(2, 1), id(1, 1), 'a.txt', 'a.txt', 3, 'text/plain',
            encode(sha256(n::text::bytea), 'hex'), now()
       FROM generate_series(1, 100000) n`,
  `INSERT INTO run_requests (id, organisation_id, run_id, call_id, kind, tool, input_text, created_at, expires_at,
                             decision, decided_by, decided_at, applied_at)
     SELECT id(8, n), id(2, 1), id(5, n), '0-a', 'approval', 'run_command', '{}', now(), now() + n * interval '1 second',
            CASE WHEN n % 1000 = 1 THEN NULL ELSE 'approved' END, id(1, n),
            CASE WHEN n % 1000 = 1 THEN NULL ELSE now() END, CASE WHEN n % 1000 < 3 THEN NULL ELSE now() END
       FROM generate_series(1, 100000) n`,
  `INSERT INTO checkpoints (run_id, session_id, organisation_id, before_tree, after_tree, created_at)
     SELECT id(5, n), id(3, CASE WHEN n <= 10000 THEN 1 ELSE n END), id(2, 1), 'before', 'after', now() - n * interval '1 second'
       FROM generate_series(1, 100000) n`,
  `INSERT INTO restorations (id, session_id, organisation_id, seq, before_tree, after_tree, created, modified, deleted,
                             created_at)
     SELECT id(8, n), id(3, CASE WHEN n <= 10000 THEN 1 ELSE n END), id(2, 1), n, 'before', 'after', 1, 0, 0, now()
       FROM generate_series(1, 100000) n`,
  `INSERT INTO pipelines (id, organisation_id, user_id, name, description, stages, created_at, updated_at)
     SELECT id(8, n), id(2, n % 1000 + 1), CASE WHEN n % 3 > 0 THEN id(1, n % 1000 + 1) END, 'Pipeline ' || n, '', '[]',
            now(), now()
       FROM generate_series(1, 100000) n`,
  `INSERT INTO pipeline_runs (id, organisation_id, session_id, pipeline_id, client_id, name, input, stages, state, created_at)
     SELECT id(8, n), id(2, 1), id(3, n), id(8, n), id(8, n), 'Pipeline', '', '[]',
            CASE WHEN n % 1000 = 1 THEN 'running' ELSE 'succeeded' END, now()
       FROM generate_series(1, 100000) n`,
  `INSERT INTO pipeline_stage_runs (id, pipeline_run_id, position, attempt, state, run_id, started_at)
     SELECT id(8, n), id(8, n), 0, 1, CASE WHEN n % 1000 = 1 THEN 'running' ELSE 'succeeded' END, id(5, n), now()
       FROM generate_series(1, 100000) n`,
  `INSERT INTO approval_rules (id, organisation_id, user_id, session_id, tool, pattern, action, created_at)
     SELECT id(8, n), id(2, n % 1000 + 1), CASE WHEN n % 3 = 0 THEN NULL ELSE id(1, n) END,
            CASE WHEN n % 3 = 1 THEN id(3, n) END, 'run_command', 'npm ' || n, 'allow', now()
       FROM generate_series(1, 100000) n`,
  `INSERT INTO mcp_servers (id, organisation_id, user_id, kind, name, url, header_names, is_enabled, timeout_seconds,
                            created_at, updated_at)
     SELECT id(8, n), id(2, n % 1000 + 1), CASE WHEN n % 3 = 0 THEN NULL ELSE id(1, n) END, 'http', 'docs-' || n,
            'https://mcp.example/' || n, '{}', true, 60, now(), now()
       FROM generate_series(1, 20000) n`,
  `INSERT INTO mcp_tools (server_id, name, organisation_id, seen, seen_pin, is_there, seen_at)
     SELECT id(8, n), 'echo', id(2, n % 1000 + 1), '{"description":"","inputSchema":{}}', n::text, true, now()
       FROM generate_series(1, 20000) n`,
  `INSERT INTO mcp_credentials (id, server_id, user_id, organisation_id, origin, updated_at)
     SELECT id(8, n), id(8, n), id(1, n), id(2, n % 1000 + 1), 'https://mcp.example', now()
       FROM generate_series(1, 20000) n`,
  `INSERT INTO spans (id, organisation_id, session_id, run_id, kind, name, started_at, duration_ms, status)
     SELECT id(8, n), id(2, 1), id(3, 1), id(5, n / 10 + 1), 'llm_call', 'chat', now() + n * interval '1 second', 1, 'ok'
       FROM generate_series(1, 100000) n`,
  `INSERT INTO daily_usage (organisation_id, user_id, day, provider, model, label, calls, input_tokens, cost)
     SELECT id(2, n % 1000 + 1), id(1, n), '2026-01-01'::date + n % 31, 'Lab', 'a-model', 'A model', 1, 100, 100
       FROM generate_series(1, 100000) n`,
  `INSERT INTO budgets (id, organisation_id, scope, user_id, monthly_cost, daily_tokens)
     SELECT id(8, n), id(2, n % 1000 + 1),
            CASE WHEN n <= 1000 THEN 'organisation' WHEN n <= 2000 THEN 'each_member' ELSE 'member' END,
            CASE WHEN n > 2000 THEN id(1, n) END, 1000000, 1000000
       FROM generate_series(1, 100000) n`,
  `INSERT INTO rate_limits (key, points, expire)
     SELECT 'procedures:' || n, 1, extract(epoch FROM now())::bigint * 1000 + n * 1000 FROM generate_series(1, 100000) n`,
  `INSERT INTO socket_servers (id, expires_at)
     SELECT id(8, n), now() + n * interval '1 second' FROM generate_series(1, 100000) n`,
  `INSERT INTO socket_leases (id, user_id, server_id)
     SELECT id(8, n), id(1, n), id(8, n % 1000 + 1) FROM generate_series(1, 100000) n`,
  // As autovacuum does it in a database that runs.
  `VACUUM (ANALYZE)`,
];

/** Fills a migrated, empty database. */
export async function fill(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
