import { createServer } from 'node:http';
import pg from 'pg';
import { listen } from './listen.ts';

/** The same rows as our two lists give: one query each, its answer as JSON. */
const pool = new pg.Pool({ host: process.env.PG_SOCKET ?? '', user: 'postgres', database: 'postgres', max: 4 });
pool.on('error', (error) => console.error(error));

const sessionsQuery = `
  SELECT s.id, s.title, s.status, s.version, s.created_at AS "createdAt", s.last_activity_at AS "lastActivityAt",
         EXISTS (SELECT 1 FROM runs r WHERE r.session_id = s.id AND r.state IN ('running', 'waiting')) AS "isRunning"
    FROM agent_sessions s WHERE s.organisation_id = $1 AND s.owner_id = $2 AND s.status = 'open'
   ORDER BY s.last_activity_at DESC, s.id DESC LIMIT 30`;

const historyQuery = `
  SELECT m.id, m.parent_id AS "parentId", m.role, m.author_id AS "authorId", u.name AS "authorName", m.seq,
         m.created_at AS "createdAt",
         (SELECT json_agg(p.part ORDER BY p.position) FROM message_parts p WHERE p.message_id = m.id) AS parts,
         (SELECT row_to_json(r) FROM runs r WHERE r.agent_message_id = m.id ORDER BY r.queued_at DESC LIMIT 1) AS run
    FROM messages m LEFT JOIN users u ON u.id = m.author_id
   WHERE m.session_id = $1 AND m.seq < $2 AND NOT m.is_superseded ORDER BY m.seq DESC LIMIT 30`;

await listen(
  createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const values = url.searchParams.getAll('v');
    pool.query(url.pathname === '/sessions' ? sessionsQuery : historyQuery, values).then(
      ({ rows }) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ items: rows }));
      },
      (error: unknown) => {
        console.error(error);
        response.destroy();
      },
    );
  }),
);
