import type { ToolDecision, ToolRequest } from '@atelier/contracts/parts';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface NewRequest {
  readonly id: string;
  readonly runId: string;
  readonly organisationId: string;
  readonly callId: string;
  readonly kind: ToolRequest['kind'];
  readonly tool: string;
  readonly inputText: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface Decision {
  readonly kind: ToolDecision['kind'];
  readonly text: string;
  readonly editedInput: string | null;
  readonly by: string | null;
  readonly at: Date;
}

export interface RequestRow {
  readonly id: string;
  readonly callId: string;
  readonly kind: ToolRequest['kind'];
  readonly tool: string;
  readonly inputText: string;
  readonly expiresAt: Date;
  readonly decision: ToolDecision['kind'] | null;
  readonly decisionText: string;
  readonly editedInput: string | null;
  readonly decidedBy: string | null;
  /** What the one who decided is called. */
  readonly deciderName: string | null;
  readonly decidedAt: Date | null;
}

const columns = `q.id, q.call_id AS "callId", q.kind, q.tool, q.input_text AS "inputText", q.expires_at AS "expiresAt",
  q.decision, q.decision_text AS "decisionText", q.edited_input AS "editedInput", q.decided_by AS "decidedBy",
  (SELECT u.name FROM users u WHERE u.id = q.decided_by) AS "deciderName", q.decided_at AS "decidedAt"`;

/** What runs ask people. */
export class RunRequestsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async insert(op: Operation, requests: readonly NewRequest[]): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO run_requests
         (id, run_id, organisation_id, call_id, kind, tool, input_text, created_at, expires_at)
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],
                            $8::timestamptz[], $9::timestamptz[])`,
      [
        requests.map(({ id }) => id),
        requests.map(({ runId }) => runId),
        requests.map(({ organisationId }) => organisationId),
        requests.map(({ callId }) => callId),
        requests.map(({ kind }) => kind),
        requests.map(({ tool }) => tool),
        requests.map(({ inputText }) => inputText),
        requests.map(({ createdAt }) => createdAt),
        requests.map(({ expiresAt }) => expiresAt),
      ],
    );
  }

  /** The newest request of a call. Its run is locked already. */
  async latest(op: Operation, runId: string, callId: string): Promise<RequestRow | null> {
    const rows = await this.#db.query<RequestRow>(
      op,
      `SELECT ${columns} FROM run_requests q WHERE q.run_id = $1 AND q.call_id = $2 ORDER BY q.created_at DESC LIMIT 1`,
      [runId, callId],
    );
    return rows[0] ?? null;
  }

  async decide(op: Operation, id: string, decision: Decision): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE run_requests
          SET decision = $2, decision_text = $3, edited_input = $4, decided_by = $5, decided_at = $6
        WHERE id = $1 AND decided_at IS NULL`,
      [id, decision.kind, decision.text, decision.editedInput, decision.by, decision.at],
    );
  }

  /** What was decided and is not in the log yet, in the order it was asked. */
  async unapplied(op: Operation, runId: string): Promise<readonly RequestRow[]> {
    return await this.#db.query<RequestRow>(
      op,
      `SELECT ${columns} FROM run_requests q
        WHERE q.run_id = $1 AND q.decided_at IS NOT NULL AND q.applied_at IS NULL ORDER BY q.created_at, q.id`,
      [runId],
    );
  }

  /** Marks requests as said in the log. Returns how many of the run are still open. */
  async markApplied(op: Operation, runId: string, ids: readonly string[]): Promise<number> {
    await this.#db.query(op, `UPDATE run_requests SET applied_at = now() WHERE id = ANY($1::uuid[])`, [ids]);
    const rows = await this.#db.query<{ open: number }>(
      op,
      `SELECT count(*)::int AS open FROM run_requests WHERE run_id = $1 AND decided_at IS NULL`,
      [runId],
    );
    return rows[0]?.open ?? 0;
  }

  /** Runs with a request that nobody has decided in time. */
  async overdue(op: Operation, limit: number): Promise<readonly string[]> {
    const rows = await this.#db.query<{ runId: string }>(
      op,
      `SELECT DISTINCT run_id AS "runId" FROM run_requests
        WHERE decided_at IS NULL AND expires_at < now() LIMIT $1`,
      [limit],
    );
    return rows.map(({ runId }) => runId);
  }

  /** Gives up what was not decided in time. */
  async expire(op: Operation, runId: string, text: string): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE run_requests SET decision = 'expired', decision_text = $2, decided_at = now()
        WHERE run_id = $1 AND decided_at IS NULL AND expires_at < now()`,
      [runId, text],
    );
  }
}
