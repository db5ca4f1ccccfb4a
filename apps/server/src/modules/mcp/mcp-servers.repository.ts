import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface ServerRow {
  readonly id: string;
  readonly organisationId: string;
  /** Null: the organisation's. */
  readonly userId: string | null;
  readonly kind: 'http' | 'stdio';
  readonly name: string;
  readonly url: string | null;
  readonly command: string | null;
  readonly headersSealed: string | null;
  readonly headerNames: readonly string[];
  readonly isEnabled: boolean;
  readonly timeoutSeconds: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Whose servers. `userId` null: the organisation's. */
export interface ServerOwner {
  readonly organisationId: string;
  readonly userId: string | null;
}

/** A person in an organisation. */
export interface ServerUser {
  readonly organisationId: string;
  readonly userId: string;
}

const columns = `id, organisation_id AS "organisationId", user_id AS "userId", kind, name, url, command,
  headers_sealed AS "headersSealed", header_names AS "headerNames", is_enabled AS "isEnabled",
  timeout_seconds AS "timeoutSeconds", created_at AS "createdAt", updated_at AS "updatedAt"`;

export class McpServersRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** What a person can use: the organisation's first, then their own, by name. */
  async usableBy(op: Operation, { organisationId, userId }: ServerUser): Promise<readonly ServerRow[]> {
    return await this.#db.query<ServerRow>(
      op,
      `SELECT ${columns} FROM mcp_servers WHERE organisation_id = $1 AND (user_id IS NULL OR user_id = $2)
        ORDER BY user_id NULLS FIRST, name`,
      [organisationId, userId],
    );
  }

  /** One that a person can use. */
  async find(op: Operation, { organisationId, userId }: ServerUser, id: string): Promise<ServerRow | null> {
    const rows = await this.#db.query<ServerRow>(
      op,
      `SELECT ${columns} FROM mcp_servers
        WHERE id = $1 AND organisation_id = $2 AND (user_id IS NULL OR user_id = $3)`,
      [id, organisationId, userId],
    );
    return rows[0] ?? null;
  }

  /** One of this owner, locked until the transaction ends. */
  async lock(op: Operation, owner: ServerOwner, id: string): Promise<ServerRow | null> {
    const rows = await this.#db.query<ServerRow>(
      op,
      `SELECT ${columns} FROM mcp_servers
        WHERE id = $1 AND organisation_id = $2 AND user_id IS NOT DISTINCT FROM $3 FOR UPDATE`,
      [id, owner.organisationId, owner.userId],
    );
    return rows[0] ?? null;
  }

  async count(op: Operation, owner: ServerOwner): Promise<number> {
    const rows = await this.#db.query<{ count: number }>(
      op,
      `SELECT count(*)::int AS count FROM mcp_servers WHERE organisation_id = $1 AND user_id IS NOT DISTINCT FROM $2`,
      [owner.organisationId, owner.userId],
    );
    return rows[0]?.count ?? 0;
  }

  /** False when the owner, or for a person their organisation, has one of this name. */
  async insert(op: Operation, row: ServerRow): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `INSERT INTO mcp_servers (id, organisation_id, user_id, kind, name, url, command, headers_sealed, header_names,
                                is_enabled, timeout_seconds, created_at, updated_at)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
        WHERE NOT EXISTS (SELECT 1 FROM mcp_servers WHERE organisation_id = $2 AND user_id IS NULL AND name = $5)
       ON CONFLICT (organisation_id, user_id, name) DO NOTHING RETURNING id`,
      [
        row.id,
        row.organisationId,
        row.userId,
        row.kind,
        row.name,
        row.url,
        row.command,
        row.headersSealed,
        row.headerNames,
        row.isEnabled,
        row.timeoutSeconds,
        row.createdAt,
        row.updatedAt,
      ],
    );
    return rows.length > 0;
  }

  /** Everything that can change. */
  async save(op: Operation, row: ServerRow): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE mcp_servers SET url = $2, headers_sealed = $3, header_names = $4, is_enabled = $5, timeout_seconds = $6,
              updated_at = $7
        WHERE id = $1`,
      [row.id, row.url, row.headersSealed, row.headerNames, row.isEnabled, row.timeoutSeconds, row.updatedAt],
    );
  }

  async remove(op: Operation, id: string): Promise<void> {
    await this.#db.query(op, `DELETE FROM mcp_servers WHERE id = $1`, [id]);
  }
}
