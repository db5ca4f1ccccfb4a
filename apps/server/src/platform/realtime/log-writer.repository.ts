import type pg from 'pg';

/** One session's share of a group commit. */
export interface WriteShare {
  readonly sessionId: string;
  readonly fence: string;
  /** Entries this writer had written before. */
  readonly written: number;
  readonly entries: readonly { readonly type: string; readonly payload: string }[];
}

export interface Written {
  readonly sessionId: string;
  /** The `seq` before the first entry. */
  readonly base: number;
  readonly at: string;
}

/**
 * The group commit: one statement for all runs of the process. It locks the touched heads in id order (so that
 * processes never deadlock), skips a session whose log has another writer or already holds these entries, allocates
 * `seq`, and inserts. It commits durably, like everything else: what a reader has seen survives PostgreSQL's own
 * crash too, so a log never turns out shorter than what was shown (docs/decisions/0004-durable-deltas.md).
 */
const statement = `
  WITH share AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::int[]) AS s (session_id, fence, written, entries)
  ), owned AS (
    SELECT h.session_id FROM session_heads h JOIN share s USING (session_id)
     WHERE h.writer = s.fence AND h.writer_count = s.written
     ORDER BY h.session_id FOR UPDATE OF h
  ), head AS (
    UPDATE session_heads h
       SET last_seq = h.last_seq + s.entries, writer_count = h.writer_count + s.entries
      FROM share s JOIN owned USING (session_id)
     WHERE h.session_id = s.session_id
     RETURNING h.session_id, h.last_seq - s.entries AS base
  ), entry AS (
    INSERT INTO session_events (session_id, seq, type, payload, at)
    SELECT e.session_id, head.base + e.place, e.type, e.payload, date_trunc('milliseconds', now())
      FROM unnest($5::uuid[], $6::int[], $7::text[], $8::json[]) AS e (session_id, place, type, payload)
      JOIN head USING (session_id)
  )
  SELECT session_id, base::text, date_trunc('milliseconds', now()) AS at FROM head`;

export async function writeShares(pool: pg.Pool, shares: readonly WriteShare[]): Promise<readonly Written[]> {
  const sessionIds: string[] = [];
  const places: number[] = [];
  const types: string[] = [];
  const payloads: string[] = [];
  for (const share of shares) {
    for (const [index, entry] of share.entries.entries()) {
      sessionIds.push(share.sessionId);
      places.push(index + 1);
      types.push(entry.type);
      payloads.push(entry.payload);
    }
  }
  const result = await pool.query<{ session_id: string; base: string; at: Date }>({
    name: 'write-shares',
    text: statement,
    values: [
      shares.map((share) => share.sessionId),
      shares.map((share) => share.fence),
      shares.map((share) => share.written),
      shares.map((share) => share.entries.length),
      sessionIds,
      places,
      types,
      payloads,
    ],
  });
  return result.rows.map((row) => ({ sessionId: row.session_id, base: Number(row.base), at: row.at.toISOString() }));
}
