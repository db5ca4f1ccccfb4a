import type { EventBody, SessionEvent } from '@atelier/contracts/events';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** Which run may write to a session's log now, and how many entries it has written: see `LogWriter`. */
export interface WriterPosition {
  readonly fence: string;
  /** Entries of this writer that came before these. */
  readonly written: number;
}

export interface Head {
  readonly lastSeq: number;
  /** Deltas up to here are folded into parts and gone. */
  readonly compactedSeq: number;
}

/** Entries of a log without a gap, and whether the log ended with them when they were read. */
export interface LogPage {
  readonly events: readonly SessionEvent[];
  readonly isEnd: boolean;
}

/** A page has so many entries at most, and ends with the one that makes it so long. */
const pageEntries = 500;
/** A reader is owed what its socket may hold and two pages beside it: one that is sent, and one that is ready. */
export const pageBytes = 512 * 1024;

interface EventRow {
  readonly seq: number;
  readonly type: string;
  readonly payload: object;
  readonly at: Date;
}

/** The session log in SQL. `seq` is allocated from a narrow head row, whose lock makes the log gapless. */
export class SessionLogRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Appends in the operation's transaction. With `writer` only while that run owns the log: null when it does not.
   * A body is stored as `json`, not `jsonb`: text must come back byte for byte, NUL and lone surrogates included.
   */
  async append(
    op: Operation,
    sessionId: string,
    bodies: readonly EventBody[],
    writer?: WriterPosition,
  ): Promise<readonly SessionEvent[] | null> {
    const fenced = writer ? 'AND writer = $5 AND writer_count = $6' : '';
    const rows = await this.#db.query<{ base: number; at: Date }>(
      op,
      `WITH head AS (
         UPDATE session_heads
            SET last_seq = last_seq + $2, writer_count = writer_count + ${writer ? '$2' : '0'}
          WHERE session_id = $1 ${fenced}
          RETURNING last_seq - $2 AS base
       ), written AS (
         INSERT INTO session_events (session_id, seq, type, payload, at)
         SELECT $1, head.base + entry.place, entry.type, entry.payload, date_trunc('milliseconds', now())
           FROM head, unnest($3::text[], $4::json[]) WITH ORDINALITY AS entry (type, payload, place)
       )
       SELECT base, date_trunc('milliseconds', now()) AS at FROM head`,
      [
        sessionId,
        bodies.length,
        bodies.map((body) => body.type),
        bodies.map(encodeBody),
        ...(writer ? [writer.fence, writer.written] : []),
      ],
    );
    const row = rows[0];
    if (!row) return null;
    const at = row.at.toISOString();
    return bodies.map((body, index) => ({ ...body, seq: row.base + index + 1, at }));
  }

  async head(op: Operation, sessionId: string): Promise<Head | null> {
    const rows = await this.#db.query<Head>(
      op,
      `SELECT last_seq AS "lastSeq", compacted_seq AS "compactedSeq" FROM session_heads WHERE session_id = $1`,
      [sessionId],
    );
    return rows[0] ?? null;
  }

  /** Where these logs end, for readers that look on a timer. */
  async lastSeqs(op: Operation, sessionIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#db.query<{ id: string; last: number }>(
      op,
      `SELECT session_id AS id, last_seq AS last FROM session_heads WHERE session_id = ANY($1::uuid[])`,
      [sessionIds],
    );
    return new Map(rows.map((row) => [row.id, row.last]));
  }

  /** The next page of a log, in order: a reader is never sent more at once. */
  async readAfter(op: Operation, sessionId: string, after: number): Promise<LogPage> {
    const rows = await this.#db.query<EventRow & { readonly found: number }>(
      op,
      `WITH page AS (
         SELECT seq, type, payload, at, octet_length(payload::text) AS size FROM session_events
          WHERE session_id = $1 AND seq > $2 ORDER BY seq LIMIT ${pageEntries}),
       measured AS (
         SELECT page.*, sum(size) OVER (ORDER BY seq) - size AS before, count(*) OVER ()::int AS found FROM page)
       SELECT seq, type, payload, at, found FROM measured WHERE before < ${pageBytes} ORDER BY seq`,
      [sessionId, after],
    );
    const found = rows[0]?.found ?? 0;
    return { events: rows.map(toEvent), isEnd: rows.length === found && found < pageEntries };
  }

  /** How far this writer came: tells whether a write whose answer was lost had happened. */
  async writerCount(op: Operation, sessionId: string, fence: string): Promise<number | null> {
    const rows = await this.#db.query<{ count: number }>(
      op,
      `SELECT writer_count AS count FROM session_heads WHERE session_id = $1 AND writer = $2`,
      [sessionId, fence],
    );
    return rows[0]?.count ?? null;
  }
}

export function encodeBody(body: EventBody): string {
  const { type: _type, ...payload } = body;
  return JSON.stringify(payload);
}

function toEvent(row: EventRow): SessionEvent {
  // The log is written by `append` and `LogWriter` only, from typed bodies: what is read is what was written.
  return { ...row.payload, type: row.type, seq: row.seq, at: row.at.toISOString() } as SessionEvent;
}
