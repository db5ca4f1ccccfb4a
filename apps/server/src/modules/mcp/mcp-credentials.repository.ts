import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface CredentialRow {
  readonly id: string;
  readonly serverId: string;
  readonly userId: string;
  readonly organisationId: string;
  readonly origin: string;
  readonly credentialSealed: string | null;
  readonly pendingSealed: string | null;
}

const columns = `id, server_id AS "serverId", user_id AS "userId", organisation_id AS "organisationId", origin,
  credential_sealed AS "credentialSealed", pending_sealed AS "pendingSealed"`;

/** What people authorised at servers, and what they are about to. One row a person and server. */
export class McpCredentialsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async find(
    op: Operation,
    place: { readonly serverId: string; readonly userId: string },
  ): Promise<CredentialRow | null> {
    const rows = await this.#db.query<CredentialRow>(
      op,
      `SELECT ${columns} FROM mcp_credentials WHERE server_id = $1 AND user_id = $2`,
      [place.serverId, place.userId],
    );
    return rows[0] ?? null;
  }

  /** At which of these servers a person has authorised themselves. */
  async authorisedAt(op: Operation, userId: string, serverIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#db.query<{ serverId: string }>(
      op,
      `SELECT server_id AS "serverId" FROM mcp_credentials
        WHERE user_id = $1 AND server_id = ANY($2::uuid[]) AND has_tokens`,
      [userId, serverIds],
    );
    return new Set(rows.map(({ serverId }) => serverId));
  }

  /** The row of a person and server, made when there is none. One of another origin holds nothing any more. */
  async ensure(
    op: Operation,
    row: Omit<CredentialRow, 'credentialSealed' | 'pendingSealed'>,
    at: Date,
  ): Promise<CredentialRow> {
    const rows = await this.#db.query<CredentialRow>(
      op,
      `INSERT INTO mcp_credentials AS c (id, server_id, user_id, organisation_id, origin, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (server_id, user_id) DO UPDATE
          SET origin = excluded.origin, updated_at = excluded.updated_at,
              has_tokens = c.has_tokens AND c.origin = excluded.origin,
              credential_sealed = CASE WHEN c.origin = excluded.origin THEN c.credential_sealed END,
              pending_sealed = CASE WHEN c.origin = excluded.origin THEN c.pending_sealed END,
              state_hash = CASE WHEN c.origin = excluded.origin THEN c.state_hash END
       RETURNING ${columns}`,
      [row.id, row.serverId, row.userId, row.organisationId, row.origin, at],
    );
    const [made] = rows;
    if (!made) throw new Error('A credential that was made is not there.');
    return made;
  }

  /** Only while it is for this origin. */
  async saveCredential(
    op: Operation,
    row: {
      readonly id: string;
      readonly origin: string;
      readonly credentialSealed: string;
      readonly hasTokens: boolean;
    },
    at: Date,
  ): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE mcp_credentials SET credential_sealed = $3, has_tokens = $4, updated_at = $5 WHERE id = $1 AND origin = $2`,
      [row.id, row.origin, row.credentialSealed, row.hasTokens, at],
    );
  }

  /** What was under way before is given up. */
  async savePending(
    op: Operation,
    row: { readonly id: string; readonly stateHash: Buffer; readonly pendingSealed: string; readonly until: Date },
  ): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE mcp_credentials SET state_hash = $2, pending_sealed = $3, pending_until = $4 WHERE id = $1`,
      [row.id, row.stateHash, row.pendingSealed, row.until],
    );
  }

  /** What this person began with this state, once; null when there is none, or its time is over. */
  async takePending(op: Operation, stateHash: Buffer, userId: string, now: Date): Promise<CredentialRow | null> {
    const rows = await this.#db.query<CredentialRow>(
      op,
      `WITH taken AS (
         UPDATE mcp_credentials SET state_hash = NULL, pending_until = NULL
          WHERE state_hash = $1 AND user_id = $2 AND pending_until > $3 RETURNING *)
       SELECT ${columns} FROM taken`,
      [stateHash, userId, now],
    );
    return rows[0] ?? null;
  }

  async forget(op: Operation, place: { readonly serverId: string; readonly userId: string }): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `DELETE FROM mcp_credentials WHERE server_id = $1 AND user_id = $2 RETURNING id`,
      [place.serverId, place.userId],
    );
    return rows.length > 0;
  }

  /** Everybody's, at one server. */
  async forgetAll(op: Operation, serverId: string): Promise<void> {
    await this.#db.query(op, `DELETE FROM mcp_credentials WHERE server_id = $1`, [serverId]);
  }
}
