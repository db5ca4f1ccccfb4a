import type { TodoItem } from '@atelier/contracts/todos';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { ActivityCursor } from './cursor.ts';
import type { SessionRow } from './session-dto.ts';

const columns = `s.id, s.title, s.status, s.version, s.created_at AS "createdAt", s.last_activity_at AS "lastActivityAt",
  s.model_id AS "modelId", s.chain_id AS "chainId", s.model_name AS "modelName",
  EXISTS (SELECT 1 FROM runs r WHERE r.session_id = s.id AND r.state IN ('running', 'waiting')) AS "isRunning",
  EXISTS (SELECT 1 FROM runs r WHERE r.session_id = s.id AND r.state = 'waiting')
    OR EXISTS (SELECT 1 FROM pipeline_runs p WHERE p.session_id = s.id AND p.state = 'waiting') AS "isWaiting",
  (SELECT json_build_object('id', a.id, 'name', v.name)
     FROM agents a JOIN agent_versions v ON v.agent_id = a.id AND v.number = a.current_version
    WHERE a.id = s.agent_id AND a.archived_at IS NULL) AS agent`;

/** A session is its owner's, in the organisation it was made in: both stand in every `where`. */
const owned = 's.organisation_id = $1 AND s.owner_id = $2';

export interface NewSession {
  readonly id: string;
  readonly clientId: string;
  readonly title: string;
  readonly at: Date;
  readonly model: AnsweringModel | null;
}

/** A model or a chain, by the name it has now. */
export interface AnsweringModel {
  readonly modelId: string | null;
  readonly chainId: string | null;
  readonly name: string;
}

export interface SessionChange {
  readonly title?: string;
  readonly status?: 'open' | 'archived';
  /** Null: what is usual in the organisation. */
  readonly model?: AnsweringModel | null;
  /** Null: the standard agent. */
  readonly agentId?: string | null;
  readonly at: Date;
}

export interface TouchedSession extends SessionRow {
  /** It has just got its title. */
  readonly wasUntitled: boolean;
}

/** Agent sessions, as their owner sees them. */
export class SessionsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Makes the session, its log head and its todo list; false when this `clientId` has made one before. */
  async insert(op: Operation, principal: SignedIn, session: NewSession): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `WITH made AS (
         INSERT INTO agent_sessions (id, organisation_id, owner_id, client_id, title, status, created_at, last_activity_at,
                                     model_id, chain_id, model_name)
         VALUES ($1, $2, $3, $4, $5, 'open', $6, $6, $7, $8, $9)
         ON CONFLICT (organisation_id, owner_id, client_id) DO NOTHING
         RETURNING id
       ), head AS (
         INSERT INTO session_heads (session_id) SELECT id FROM made
       )
       SELECT id FROM made`,
      [
        session.id,
        principal.organisationId,
        principal.userId,
        session.clientId,
        session.title,
        session.at,
        ...modelColumns(session.model),
      ],
    );
    return rows.length > 0;
  }

  async findByClientId(op: Operation, principal: SignedIn, clientId: string): Promise<SessionRow | null> {
    const rows = await this.#db.query<SessionRow>(
      op,
      `SELECT ${columns} FROM agent_sessions s WHERE ${owned} AND s.client_id = $3`,
      [principal.organisationId, principal.userId, clientId],
    );
    return rows[0] ?? null;
  }

  async find(op: Operation, principal: SignedIn, id: string): Promise<SessionRow | null> {
    const rows = await this.#db.query<SessionRow>(
      op,
      `SELECT ${columns} FROM agent_sessions s WHERE ${owned} AND s.id = $3`,
      [principal.organisationId, principal.userId, id],
    );
    return rows[0] ?? null;
  }

  /** Newest activity first, from a keyset cursor: the cost of a page does not grow with its number. */
  async page(
    op: Operation,
    principal: SignedIn,
    opts: {
      readonly status: 'open' | 'archived' | null;
      readonly after: ActivityCursor | null;
      readonly limit: number;
    },
  ): Promise<readonly SessionRow[]> {
    const values: unknown[] = [principal.organisationId, principal.userId, opts.limit];
    const where = [owned];
    if (opts.status) where.push(`s.status = $${values.push(opts.status)}`);
    if (opts.after) {
      const at = values.push(opts.after.lastActivityAt);
      where.push(`(s.last_activity_at, s.id) < ($${at}, $${values.push(opts.after.id)})`);
    }
    return await this.#db.query<SessionRow>(
      op,
      `SELECT ${columns} FROM agent_sessions s WHERE ${where.join(' AND ')}
        ORDER BY s.last_activity_at DESC, s.id DESC LIMIT $3`,
      values,
    );
  }

  /** Changes a session whose version is still `version` (any, when undefined). Null when there is none such. */
  async change(
    op: Operation,
    principal: SignedIn,
    id: string,
    change: SessionChange & { readonly version: number | undefined },
  ): Promise<SessionRow | null> {
    const rows = await this.#db.query<SessionRow>(
      op,
      `UPDATE agent_sessions s
          SET title = coalesce($4, s.title),
              status = coalesce($5, s.status),
              archived_at = CASE coalesce($5, s.status) WHEN 'archived' THEN coalesce(s.archived_at, $6) END,
              model_id = CASE WHEN $8::boolean THEN $9::uuid ELSE s.model_id END,
              chain_id = CASE WHEN $8::boolean THEN $10::uuid ELSE s.chain_id END,
              model_name = CASE WHEN $8::boolean THEN $11::text ELSE s.model_name END,
              agent_id = CASE WHEN $12::boolean THEN $13::uuid ELSE s.agent_id END,
              version = s.version + 1
        WHERE ${owned} AND s.id = $3 AND ($7::bigint IS NULL OR s.version = $7)
        RETURNING ${columns}`,
      [
        principal.organisationId,
        principal.userId,
        id,
        change.title ?? null,
        change.status ?? null,
        change.at,
        change.version ?? null,
        change.model !== undefined,
        ...modelColumns(change.model ?? null),
        change.agentId !== undefined,
        change.agentId ?? null,
      ],
    );
    return rows[0] ?? null;
  }

  /**
   * Locks the session, notes activity, and gives an untitled one its title. Returns it as it is now; null when there is
   * none, or it is not this person's.
   */
  async touch(
    op: Operation,
    id: string,
    opts: { readonly at: Date; readonly title?: string; readonly principal?: SignedIn },
  ): Promise<TouchedSession | null> {
    const { at, title = '', principal } = opts;
    const rows = await this.#db.query<TouchedSession>(
      op,
      `WITH old AS (SELECT title FROM agent_sessions WHERE id = $1 FOR NO KEY UPDATE)
       UPDATE agent_sessions s
          SET last_activity_at = greatest(s.last_activity_at, $2),
              version = s.version + (s.title = '' AND $3 <> '')::int,
              title = CASE s.title WHEN '' THEN $3 ELSE s.title END
         FROM old
        WHERE s.id = $1 AND ($4::uuid IS NULL OR (s.organisation_id = $4 AND s.owner_id = $5))
        RETURNING ${columns}, (old.title = '' AND $3 <> '') AS "wasUntitled"`,
      [id, at, title, principal?.organisationId ?? null, principal?.userId ?? null],
    );
    return rows[0] ?? null;
  }

  /** Who was chosen to answer in a session. */
  async modelOf(op: Operation, id: string): Promise<AnsweringModel | null> {
    const rows = await this.#db.query<AnsweringModel>(
      op,
      `SELECT model_id AS "modelId", chain_id AS "chainId", model_name AS name FROM agent_sessions
        WHERE id = $1 AND model_name IS NOT NULL`,
      [id],
    );
    return rows[0] ?? null;
  }

  async ownerOf(op: Operation, id: string): Promise<string | null> {
    const rows = await this.#db.query<{ ownerId: string }>(
      op,
      `SELECT owner_id AS "ownerId" FROM agent_sessions WHERE id = $1`,
      [id],
    );
    return rows[0]?.ownerId ?? null;
  }

  async remove(op: Operation, principal: SignedIn, id: string): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `DELETE FROM agent_sessions s WHERE ${owned} AND s.id = $3 RETURNING s.id`,
      [principal.organisationId, principal.userId, id],
    );
    return rows.length > 0;
  }

  async todos(op: Operation, sessionId: string): Promise<readonly TodoItem[]> {
    const rows = await this.#db.query<{ items: TodoItem[] }>(
      op,
      `SELECT items FROM session_todos WHERE session_id = $1`,
      [sessionId],
    );
    return rows[0]?.items ?? [];
  }

  async saveTodos(op: Operation, sessionId: string, items: readonly TodoItem[]): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO session_todos (session_id, items) VALUES ($1, $2::jsonb)
       ON CONFLICT (session_id) DO UPDATE SET items = excluded.items`,
      [sessionId, JSON.stringify(items)],
    );
  }
}

function modelColumns(model: AnsweringModel | null): readonly (string | null)[] {
  return [model?.modelId ?? null, model?.chainId ?? null, model?.name ?? null];
}
