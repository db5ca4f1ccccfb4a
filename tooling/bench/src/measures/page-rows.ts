import type { Bench } from '../bench.ts';

/** Writes sessions `from`…`to` of the account, the first the most recent. */
export async function insertSessions(bench: Bench, from: number, to: number): Promise<void> {
  const { user, organisation } = (await bench.account()).grant.identity;
  await bench.sql(
    `WITH made AS (
       INSERT INTO agent_sessions (id, organisation_id, owner_id, client_id, title, created_at, last_activity_at)
       SELECT gen_random_uuid(), $1, $2, gen_random_uuid(), 'Session number ' || n,
              now() - n * interval '1 minute', now() - n * interval '1 minute'
         FROM generate_series($3::int, $4::int) n
       RETURNING id)
     INSERT INTO session_heads (session_id) SELECT id FROM made`,
    [organisation.id, user.id, from, to],
  );
  await bench.sql('VACUUM ANALYZE agent_sessions');
}

/** Writes messages `from`…`to` of a session: questions and answers in turn, each with a text, each answer with its run. */
export async function insertMessages(bench: Bench, sessionId: string, from: number, to: number): Promise<void> {
  const { user, organisation } = (await bench.account()).grant.identity;
  await bench.sql(
    `INSERT INTO messages (id, session_id, role, author_id, seq, created_at, folded_seq)
     SELECT gen_random_uuid(), $1, CASE n % 2 WHEN 1 THEN 'user' ELSE 'agent' END,
            CASE n % 2 WHEN 1 THEN $2::uuid END, n, now(), n
       FROM generate_series($3::int, $4::int) n`,
    [sessionId, user.id, from, to],
  );
  await bench.sql(
    `INSERT INTO message_parts (message_id, position, part)
     SELECT id, 0, json_build_object('type', 'text', 'text', repeat('Some words of a message. ', 12))
       FROM messages WHERE session_id = $1 AND seq BETWEEN $2 AND $3`,
    [sessionId, from, to],
  );
  await bench.sql(
    `INSERT INTO runs (id, session_id, organisation_id, user_message_id, agent_message_id, client_id, kind, state,
                       attempt, model, queued_at, started_at, finished_at, compacted_at)
     SELECT gen_random_uuid(), $1, $2, q.id, a.id, gen_random_uuid(), 'answer', 'succeeded',
            1, 'scripted', now(), now(), now(), now()
       FROM messages a JOIN messages q ON q.session_id = a.session_id AND q.seq = a.seq - 1
      WHERE a.session_id = $1 AND a.role = 'agent' AND a.seq BETWEEN $3 AND $4`,
    [sessionId, organisation.id, from, to],
  );
  await bench.sql('UPDATE session_heads SET last_seq = $2, compacted_seq = $2 WHERE session_id = $1', [sessionId, to]);
  await bench.sql('VACUUM ANALYZE messages, message_parts, runs');
}
