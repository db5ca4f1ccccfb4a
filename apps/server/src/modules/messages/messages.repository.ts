import type { Part } from '@atelier/contracts/parts';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface SentMessage {
  readonly messageId: string;
  readonly runId: string;
  /** Lower-case hex. */
  readonly requestHash: string;
}

/** What a send has to know about the conversation it joins. */
export interface ConversationEnd {
  readonly lastMessageId: string | null;
  readonly queuedRuns: number;
  /** What the sender is called. */
  readonly authorName: string;
  /** What this send has set going already. */
  readonly sent: SentMessage | null;
}

export interface NewMessage {
  readonly id: string;
  readonly sessionId: string;
  readonly parentId: string | null;
  readonly role: 'user' | 'agent';
  readonly authorId: string | null;
  readonly seq: number;
  readonly clientId: string | null;
  readonly requestHash: Buffer | null;
  readonly createdAt: Date;
  readonly parts: readonly Part[];
}

/** Messages as they are written. How they are read is the transcript's affair. */
export class MessagesRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Where the conversation stands, and what this `clientId` has set going in it before. */
  async end(
    op: Operation,
    conversation: { readonly sessionId: string; readonly authorId: string; readonly clientId: string },
  ): Promise<ConversationEnd> {
    const rows = await this.#db.query<ConversationEnd>(
      op,
      `SELECT (SELECT id FROM messages WHERE session_id = $1 AND NOT is_superseded ORDER BY seq DESC LIMIT 1)
                AS "lastMessageId",
              (SELECT name FROM users WHERE id = $2) AS "authorName",
              (SELECT count(*)::int FROM runs WHERE session_id = $1 AND state = 'queued') AS "queuedRuns",
              (SELECT json_build_object('messageId', m.id, 'runId', r.id, 'requestHash', encode(m.request_hash, 'hex'))
                 FROM messages m JOIN runs r ON r.user_message_id = m.id AND r.kind = 'answer'
                WHERE m.session_id = $1 AND m.client_id = $3) AS sent`,
      [conversation.sessionId, conversation.authorId, conversation.clientId],
    );
    return rows[0] ?? { lastMessageId: null, queuedRuns: 0, authorName: '', sent: null };
  }

  /** Messages with their parts, in one statement. */
  async insert(op: Operation, messages: readonly NewMessage[]): Promise<void> {
    const parts = messages.flatMap(({ id, parts }) => parts.map((part, position) => ({ id, position, part })));
    await this.#db.query(
      op,
      `INSERT INTO messages (id, session_id, parent_id, role, author_id, seq, client_id, request_hash, created_at)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::bigint[], $7::uuid[],
                            $8::bytea[], $9::timestamptz[])`,
      [
        messages.map(({ id }) => id),
        messages.map(({ sessionId }) => sessionId),
        messages.map(({ parentId }) => parentId),
        messages.map(({ role }) => role),
        messages.map(({ authorId }) => authorId),
        messages.map(({ seq }) => seq),
        messages.map(({ clientId }) => clientId),
        messages.map(({ requestHash }) => requestHash),
        messages.map(({ createdAt }) => createdAt),
      ],
    );
    // A statement of its own: whether a part may stand there is read off its message, which has to be seen for that.
    await this.#db.query(
      op,
      `INSERT INTO message_parts (message_id, position, part) SELECT * FROM unnest($1::uuid[], $2::int[], $3::json[])`,
      [parts.map(({ id }) => id), parts.map(({ position }) => position), parts.map(({ part }) => JSON.stringify(part))],
    );
  }

  async supersede(op: Operation, messageIds: readonly string[]): Promise<void> {
    await this.#db.query(op, `UPDATE messages SET is_superseded = true WHERE id = ANY($1::uuid[])`, [messageIds]);
  }

  /** Puts the parts that changed in place and takes away those beyond the end, up to where the log is folded in. */
  async saveParts(
    op: Operation,
    messageId: string,
    changed: readonly { readonly position: number; readonly part: Part }[],
    opts: { readonly length: number; readonly foldedSeq: number },
  ): Promise<void> {
    await this.#db.query(
      op,
      `WITH message AS (
         UPDATE messages SET folded_seq = $4 WHERE id = $1
       ), beyond AS (
         DELETE FROM message_parts WHERE message_id = $1 AND position >= $5
       )
       INSERT INTO message_parts (message_id, position, part)
       SELECT $1, p.position, p.part FROM unnest($2::int[], $3::json[]) AS p (position, part)
       ON CONFLICT (message_id, position) DO UPDATE SET part = excluded.part`,
      [
        messageId,
        changed.map((item) => item.position),
        changed.map((item) => JSON.stringify(item.part)),
        opts.foldedSeq,
        opts.length,
      ],
    );
  }
}
