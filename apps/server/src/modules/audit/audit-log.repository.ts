import type { AuditAction, AuditFilter, AuditOutcome } from '@atelier/contracts/audit';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface AuditHeadRow {
  readonly lastSeq: number;
  readonly lastHash: Buffer;
  readonly anchorSeq: number;
  readonly anchorHash: Buffer;
  readonly keyId: string;
  readonly mac: Buffer;
}

/** An entry as it is stored, before its hash. `change` is the text that is hashed. */
export interface AuditEntry {
  readonly organisationId: string;
  readonly seq: number;
  readonly at: Date;
  readonly event: string;
  readonly action: AuditAction;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly actorName: string | null;
  readonly signInHash: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly targetKind: string;
  readonly targetId: string | null;
  readonly outcome: AuditOutcome;
  readonly reason: string | null;
  readonly change: string | null;
  readonly requestId: string | null;
}

export interface AuditRow extends AuditEntry {
  readonly keyId: string;
  readonly hash: Buffer;
}

const columns = `organisation_id AS "organisationId", seq, at, event, action, actor_kind AS "actorKind",
  actor_id AS "actorId", actor_name AS "actorName", sign_in_hash AS "signInHash", ip, user_agent AS "userAgent",
  target_kind AS "targetKind", target_id AS "targetId", outcome, reason, change::text AS change,
  request_id AS "requestId", key_id AS "keyId", hash`;

/** The records in SQL: a chain of entries for each organisation, and where each chain ends. */
export class AuditLogRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Makes the head of an organisation's record when there is none. */
  async ensureHead(op: Operation, organisationId: string, head: AuditHeadRow): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO audit_heads (organisation_id, last_seq, last_hash, anchor_seq, anchor_hash, key_id, mac)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organisation_id) DO NOTHING`,
      [organisationId, head.lastSeq, head.lastHash, head.anchorSeq, head.anchorHash, head.keyId, head.mac],
    );
  }

  /** Locks the head until the transaction ends: entries of one record take turns. */
  async lockHead(op: Operation, organisationId: string): Promise<AuditHeadRow | null> {
    const rows = await this.#db.query<AuditHeadRow>(
      op,
      `SELECT last_seq AS "lastSeq", last_hash AS "lastHash", anchor_seq AS "anchorSeq", anchor_hash AS "anchorHash",
              key_id AS "keyId", mac
         FROM audit_heads WHERE organisation_id = $1 FOR UPDATE`,
      [organisationId],
    );
    return rows[0] ?? null;
  }

  async saveHead(op: Operation, organisationId: string, head: AuditHeadRow): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE audit_heads
          SET last_seq = $2, last_hash = $3, anchor_seq = $4, anchor_hash = $5, key_id = $6, mac = $7
        WHERE organisation_id = $1`,
      [organisationId, head.lastSeq, head.lastHash, head.anchorSeq, head.anchorHash, head.keyId, head.mac],
    );
  }

  async insert(op: Operation, row: AuditRow): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO audit_events (organisation_id, seq, at, event, action, actor_kind, actor_id, actor_name, sign_in_hash,
                                 ip, user_agent, target_kind, target_id, outcome, reason, change, request_id, key_id, hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16::json, $17, $18, $19)`,
      [
        row.organisationId,
        row.seq,
        row.at,
        row.event,
        row.action,
        row.actorKind,
        row.actorId,
        row.actorName,
        row.signInHash,
        row.ip,
        row.userAgent,
        row.targetKind,
        row.targetId,
        row.outcome,
        row.reason,
        row.change,
        row.requestId,
        row.keyId,
        row.hash,
      ],
    );
  }

  async nameOf(op: Operation, userId: string): Promise<string | null> {
    const rows = await this.#db.query<{ name: string }>(op, `SELECT name FROM users WHERE id = $1`, [userId]);
    return rows[0]?.name ?? null;
  }

  /** Newest first. */
  async page(
    op: Operation,
    organisationId: string,
    filter: AuditFilter,
    opts: { readonly before: number | undefined; readonly limit: number },
  ): Promise<readonly AuditRow[]> {
    const { where, values } = conditionsOf(organisationId, filter);
    if (opts.before !== undefined) where.push(`seq < $${values.push(opts.before)}`);
    return await this.#db.query<AuditRow>(
      op,
      `SELECT ${columns} FROM audit_events WHERE ${where.join(' AND ')} ORDER BY seq DESC LIMIT $${values.push(opts.limit)}`,
      values,
    );
  }

  /** Oldest first, after `after`, for reading a whole record in batches. */
  async readAfter(
    op: Operation,
    organisationId: string,
    opts: { readonly after: number; readonly limit: number },
  ): Promise<readonly AuditRow[]> {
    return await this.#db.query<AuditRow>(
      op,
      `SELECT ${columns} FROM audit_events WHERE organisation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
      [organisationId, opts.after, opts.limit],
    );
  }

  /** How many there are of each action, outcome, day and actor. */
  async count(op: Operation, organisationId: string, filter: AuditFilter): Promise<readonly AuditCount[]> {
    const { where, values } = conditionsOf(organisationId, filter);
    return await this.#db.query<AuditCount>(
      op,
      `SELECT action, outcome, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, actor_id AS "actorId",
              max(actor_name) AS "actorName", count(*)::int AS count
         FROM audit_events WHERE ${where.join(' AND ')} GROUP BY 1, 2, 3, 4`,
      values,
    );
  }

  /** Removes the oldest entries, those before `before`, a batch at a time. Returns the last one that went. */
  async prune(
    op: Operation,
    organisationId: string,
    opts: { readonly before: Date; readonly limit: number },
  ): Promise<{ readonly seq: number; readonly hash: Buffer } | null> {
    const rows = await this.#db.query<{ seq: number; hash: Buffer }>(
      op,
      `WITH old AS (
         SELECT seq FROM (
           SELECT seq, at FROM audit_events WHERE organisation_id = $1 ORDER BY seq LIMIT $3
         ) first WHERE at < $2
       )
       DELETE FROM audit_events WHERE organisation_id = $1 AND seq <= (SELECT max(seq) FROM old)
       RETURNING seq, hash`,
      [organisationId, opts.before, opts.limit],
    );
    return rows.toSorted((a, b) => b.seq - a.seq)[0] ?? null;
  }

  /** Everything that has a record, or must have one: also what was taken out of the list of heads. */
  async records(op: Operation, installationRecord: string): Promise<readonly string[]> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `SELECT organisation_id AS id FROM audit_heads
       UNION SELECT organisation_id FROM audit_events
       UNION SELECT id FROM organisations WHERE kind = 'shared'
       UNION SELECT $1::uuid ORDER BY 1`,
      [installationRecord],
    );
    return rows.map(({ id }) => id);
  }

  /** When a record has to have begun: with its organisation. Null for a personal one, in which nothing may have happened. */
  async dueSince(op: Operation, organisationId: string): Promise<Date | null> {
    const rows = await this.#db.query<{ since: Date }>(
      op,
      `SELECT created_at AS since FROM organisations WHERE id = $1 AND kind = 'shared'`,
      [organisationId],
    );
    return rows[0]?.since ?? null;
  }

  /** Whether the installation has an owner, whose making was recorded. */
  async hasOwner(op: Operation): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(op, `SELECT id FROM users WHERE installation_role = 'owner'`, []);
    return rows.length > 0;
  }

  async hasEntries(op: Operation, organisationId: string): Promise<boolean> {
    const rows = await this.#db.query<{ seq: number }>(
      op,
      `SELECT seq FROM audit_events WHERE organisation_id = $1 LIMIT 1`,
      [organisationId],
    );
    return rows.length > 0;
  }

  async organisations(op: Operation): Promise<readonly string[]> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `SELECT organisation_id AS id FROM audit_heads ORDER BY organisation_id`,
      [],
    );
    return rows.map(({ id }) => id);
  }
}

export interface AuditCount {
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  readonly day: string;
  readonly actorId: string | null;
  readonly actorName: string | null;
  readonly count: number;
}

function conditionsOf(organisationId: string, filter: AuditFilter): { where: string[]; values: unknown[] } {
  const values: unknown[] = [organisationId];
  const where = ['organisation_id = $1'];
  if (filter.action) where.push(`action = $${values.push(filter.action)}`);
  if (filter.outcome) where.push(`outcome = $${values.push(filter.outcome)}`);
  if (filter.actorId) where.push(`actor_id = $${values.push(filter.actorId)}`);
  if (filter.targetId) where.push(`target_id = $${values.push(filter.targetId)}`);
  if (filter.from) where.push(`at >= $${values.push(filter.from)}`);
  if (filter.to) where.push(`at < $${values.push(filter.to)}`);
  return { where, values };
}
