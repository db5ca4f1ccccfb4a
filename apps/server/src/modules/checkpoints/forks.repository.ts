import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { SignedIn } from '../../platform/trpc/context.ts';

/** Where a conversation is cut: everything up to `upTo` goes into the fork. */
export interface ForkPoint {
  /** The place in the log of the last message that is taken. */
  readonly upTo: number;
  readonly isLast: boolean;
  /** An answer up to there is still being written. */
  readonly isUnfinished: boolean;
  /** It came with a fork, out of another session. */
  readonly isCopied: boolean;
  /**
   * How the files were when the last answer up to there had changed them, or else before the first turn after it that
   * changed any, or before they were put back; null: as they are now.
   */
  readonly tree: string | null;
}

export interface NewFork {
  readonly id: string;
  readonly clientId: string;
  readonly from: string;
  readonly title: string;
  readonly at: Date;
}

export class ForksRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** An answer is taken with what it did; a question is not taken, nor what it led to: it is to be asked anew. */
  async point(op: Operation, sessionId: string, messageId: string): Promise<ForkPoint | null> {
    const rows = await this.#db.query<ForkPoint>(
      op,
      `WITH cut AS (
         SELECT CASE role WHEN 'agent' THEN seq ELSE seq - 1 END AS "upTo" FROM messages
          WHERE session_id = $1 AND id = $2 AND NOT is_superseded
       )
       SELECT c."upTo"::bigint,
              NOT EXISTS (SELECT 1 FROM messages m WHERE m.session_id = $1 AND m.seq > c."upTo") AS "isLast",
              NOT EXISTS (SELECT 1 FROM runs r WHERE r.user_message_id = $2)
                AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.agent_message_id = $2) AS "isCopied",
              EXISTS (SELECT 1 FROM runs r
                       WHERE r.session_id = $1 AND r.state IN ('queued', 'running', 'waiting')
                         AND (SELECT m.seq FROM messages m WHERE m.id = r.agent_message_id) <= c."upTo")
                AS "isUnfinished",
              coalesce(
                (SELECT k.after_tree FROM runs r JOIN checkpoints k ON k.run_id = r.id
                  WHERE r.agent_message_id = (SELECT m.id FROM messages m
                                               WHERE m.session_id = $1 AND m.seq <= c."upTo" AND m.role = 'agent'
                                                 AND NOT m.is_superseded ORDER BY m.seq DESC LIMIT 1)
                  ORDER BY k.created_at DESC LIMIT 1),
                (SELECT next.tree FROM (
                   SELECT k.before_tree AS tree,
                          (SELECT m.seq FROM runs r JOIN messages m ON m.id = r.agent_message_id WHERE r.id = k.run_id) AS seq
                     FROM checkpoints k WHERE k.session_id = $1
                   UNION ALL
                   SELECT p.before_tree, p.seq FROM restorations p WHERE p.session_id = $1) AS next
                  WHERE next.seq > c."upTo" ORDER BY next.seq LIMIT 1)) AS tree
         FROM cut c`,
      [sessionId, messageId],
    );
    return rows[0] ?? null;
  }

  /** Makes the session, as its owner has set the other one up; false when this `clientId` has made one before. */
  async insert(op: Operation, principal: SignedIn, fork: NewFork, upTo: number): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `WITH made AS (
         INSERT INTO agent_sessions (id, organisation_id, owner_id, client_id, title, status, created_at, last_activity_at,
                                     model_id, chain_id, model_name, agent_id)
         SELECT $1, s.organisation_id, s.owner_id, $2, $3, 'open', $4, $4, s.model_id, s.chain_id, s.model_name,
                s.agent_id
           FROM agent_sessions s
          WHERE s.id = $5 AND s.organisation_id = $6 AND s.owner_id = $7
         ON CONFLICT (organisation_id, owner_id, client_id) DO NOTHING
         RETURNING id
       ), head AS (
         INSERT INTO session_heads (session_id, last_seq, compacted_seq) SELECT id, $8, $8 FROM made
       )
       SELECT id FROM made`,
      [fork.id, fork.clientId, fork.title, fork.at, fork.from, principal.organisationId, principal.userId, upTo],
    );
    return rows.length > 0;
  }

  /** The messages that are shown, in their order. */
  async messageIds(op: Operation, sessionId: string, upTo: number): Promise<readonly string[]> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `SELECT id FROM messages WHERE session_id = $1 AND seq <= $2 AND NOT is_superseded ORDER BY seq`,
      [sessionId, upTo],
    );
    return rows.map(({ id }) => id);
  }

  /** Copies messages under new ids, with their parts. `ids`: old and new, in their order. */
  async copyMessages(
    op: Operation,
    sessionId: string,
    ids: readonly { readonly from: string; readonly to: string }[],
  ): Promise<void> {
    const values = [ids.map(({ from }) => from), ids.map(({ to }) => to)];
    await this.#db.query(
      op,
      `WITH pair AS (SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS p (old_id, new_id))
       INSERT INTO messages (id, session_id, parent_id, role, author_id, seq, created_at)
       SELECT p.new_id, $3, parent.new_id, m.role, m.author_id, m.seq, m.created_at
         FROM pair p JOIN messages m ON m.id = p.old_id LEFT JOIN pair parent ON parent.old_id = m.parent_id`,
      [...values, sessionId],
    );
    // A statement of its own: whether a part may stand there is read off its message, which has to be seen for that.
    await this.#db.query(
      op,
      `INSERT INTO message_parts (message_id, position, part)
       SELECT p.new_id, m.position, m.part FROM unnest($1::uuid[], $2::uuid[]) AS p (old_id, new_id)
         JOIN message_parts m ON m.message_id = p.old_id`,
      values,
    );
  }

  async copyTodos(op: Operation, from: string, to: string): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO session_todos (session_id, items) SELECT $2::uuid, items FROM session_todos WHERE session_id = $1
       ON CONFLICT DO NOTHING`,
      [from, to],
    );
  }
}
