import type { McpDefinition } from '@atelier/contracts/mcp';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface ToolRow {
  readonly serverId: string;
  readonly name: string;
  readonly seen: McpDefinition;
  readonly seenPin: string;
  readonly approved: McpDefinition | null;
  readonly approvedPin: string | null;
  readonly isThere: boolean;
}

export interface SeenTool {
  readonly name: string;
  readonly seen: McpDefinition;
  readonly seenPin: string;
}

const columns = `server_id AS "serverId", name, seen, seen_pin AS "seenPin", approved, approved_pin AS "approvedPin",
  is_there AS "isThere"`;

/** Tools of servers: as they were seen last, and as somebody agreed to them. */
export class McpToolsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** By name. */
  async of(op: Operation, serverIds: readonly string[]): Promise<readonly ToolRow[]> {
    return await this.#db.query<ToolRow>(
      op,
      `SELECT ${columns} FROM mcp_tools WHERE server_id = ANY($1::uuid[]) ORDER BY server_id, name`,
      [serverIds],
    );
  }

  /** What a server has now. What it has no more, and nobody ever agreed to, is forgotten. */
  async see(
    op: Operation,
    server: { readonly id: string; readonly organisationId: string },
    tools: readonly SeenTool[],
    at: Date,
  ): Promise<void> {
    const names = tools.map(({ name }) => name);
    await this.#db.query(
      op,
      `DELETE FROM mcp_tools WHERE server_id = $1 AND approved_pin IS NULL AND name <> ALL($2::text[])`,
      [server.id, names],
    );
    await this.#db.query(
      op,
      `UPDATE mcp_tools SET is_there = false WHERE server_id = $1 AND is_there AND name <> ALL($2::text[])`,
      [server.id, names],
    );
    await this.#db.query(
      op,
      `INSERT INTO mcp_tools (server_id, name, organisation_id, seen, seen_pin, is_there, seen_at)
       SELECT $1, name, $2, seen, pin, true, $6 FROM unnest($3::text[], $4::jsonb[], $5::text[]) AS listed (name, seen, pin)
       ON CONFLICT (server_id, name) DO UPDATE
          SET seen = excluded.seen, seen_pin = excluded.seen_pin, is_there = true, seen_at = excluded.seen_at`,
      [
        server.id,
        server.organisationId,
        names,
        tools.map(({ seen }) => JSON.stringify(seen)),
        tools.map(({ seenPin }) => seenPin),
        at,
      ],
    );
  }

  /** How many of these are what was agreed to; those become approved. */
  async approve(
    op: Operation,
    serverId: string,
    tools: readonly { readonly name: string; readonly pin: string }[],
  ): Promise<number> {
    const rows = await this.#db.query<{ name: string }>(
      op,
      `UPDATE mcp_tools t SET approved = t.seen, approved_pin = t.seen_pin
         FROM unnest($2::text[], $3::text[]) AS wanted (name, pin)
        WHERE t.server_id = $1 AND t.name = wanted.name AND t.seen_pin = wanted.pin AND t.is_there RETURNING t.name`,
      [serverId, tools.map(({ name }) => name), tools.map(({ pin }) => pin)],
    );
    return rows.length;
  }

  async revoke(op: Operation, serverId: string, names: readonly string[]): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE mcp_tools SET approved = NULL, approved_pin = NULL WHERE server_id = $1 AND name = ANY($2::text[])`,
      [serverId, names],
    );
  }

  /** All of a server. */
  async forget(op: Operation, serverId: string): Promise<void> {
    await this.#db.query(op, `DELETE FROM mcp_tools WHERE server_id = $1`, [serverId]);
  }
}
