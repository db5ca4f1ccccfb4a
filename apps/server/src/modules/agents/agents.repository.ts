import type { AgentContent } from '@atelier/contracts/agents';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** Whose agents. `userId` null: the organisation's. */
export interface AgentOwner {
  readonly organisationId: string;
  readonly userId: string | null;
}

export interface AgentRow {
  readonly id: string;
  readonly userId: string | null;
  readonly revision: number;
  readonly version: number;
  readonly versionId: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An agent with what the version in use says. */
export type AgentWithContent = AgentRow & AgentContent;

export interface VersionRow extends AgentContent {
  readonly number: number;
  readonly authorId: string | null;
  readonly authorName: string | null;
  readonly createdAt: Date;
}

export interface NewVersion {
  readonly id: string;
  readonly agentId: string;
  readonly content: AgentContent;
  readonly authorId: string;
  readonly createdAt: Date;
}

const agentColumns = `a.id, a.user_id AS "userId", a.revision, a.current_version AS version, v.id AS "versionId", v.name, v.description,
  a.created_at AS "createdAt", v.created_at AS "updatedAt"`;
const contentColumns = `v.name, v.description, v.instructions, v.model, v.tools, v.rules`;
const inUse = `agents a JOIN agent_versions v ON v.agent_id = a.id AND v.number = a.current_version`;
/** The organisation's and this person's own, as long as they are not archived. */
const visible = 'a.organisation_id = $1 AND (a.user_id IS NULL OR a.user_id = $2) AND a.archived_at IS NULL';

export class AgentsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async list(op: Operation, viewer: AgentOwner): Promise<readonly AgentRow[]> {
    return await this.#db.query<AgentRow>(
      op,
      `SELECT ${agentColumns} FROM ${inUse} WHERE ${visible} ORDER BY lower(v.name), a.id`,
      [viewer.organisationId, viewer.userId],
    );
  }

  /** One that this person may have. */
  async find(op: Operation, viewer: AgentOwner, id: string): Promise<AgentWithContent | null> {
    const rows = await this.#db.query<AgentWithContent>(
      op,
      `SELECT ${agentColumns}, ${contentColumns} FROM ${inUse} WHERE a.id = $3 AND ${visible}`,
      [viewer.organisationId, viewer.userId, id],
    );
    return rows[0] ?? null;
  }

  /** Locks an agent of exactly this owner until the transaction ends. */
  async lock(op: Operation, owner: AgentOwner, id: string): Promise<{ readonly revision: number } | null> {
    const rows = await this.#db.query<{ revision: number }>(
      op,
      `SELECT revision FROM agents
        WHERE id = $3 AND organisation_id = $1 AND user_id IS NOT DISTINCT FROM $2 AND archived_at IS NULL FOR UPDATE`,
      [owner.organisationId, owner.userId, id],
    );
    return rows[0] ?? null;
  }

  async count(op: Operation, owner: AgentOwner): Promise<number> {
    const rows = await this.#db.query<{ count: number }>(
      op,
      `SELECT count(*)::int AS count FROM agents
        WHERE organisation_id = $1 AND user_id IS NOT DISTINCT FROM $2 AND archived_at IS NULL`,
      [owner.organisationId, owner.userId],
    );
    return rows[0]?.count ?? 0;
  }

  async insert(op: Operation, owner: AgentOwner, agent: { readonly id: string; readonly at: Date }): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO agents (id, organisation_id, user_id, current_version, created_at) VALUES ($1, $2, $3, 1, $4)`,
      [agent.id, owner.organisationId, owner.userId, agent.at],
    );
  }

  /** The next version. Returns its number. */
  async insertVersion(op: Operation, version: NewVersion): Promise<number> {
    const { name, description, instructions, model, tools, rules } = version.content;
    const rows = await this.#db.query<{ number: number }>(
      op,
      `INSERT INTO agent_versions (id, agent_id, number, name, description, instructions, model, tools, rules, author_id,
                                   created_at)
       SELECT $1, $2, coalesce((SELECT max(number) FROM agent_versions WHERE agent_id = $2), 0) + 1, $3, $4, $5,
              $6::jsonb, $7::jsonb, $8::jsonb, $9, $10
       RETURNING number`,
      [
        version.id,
        version.agentId,
        name,
        description,
        instructions,
        model && JSON.stringify(model),
        tools && JSON.stringify(tools),
        JSON.stringify(rules),
        version.authorId,
        version.createdAt,
      ],
    );
    return rows[0]?.number ?? 1;
  }

  async setVersion(op: Operation, id: string, version: number): Promise<void> {
    await this.#db.query(op, `UPDATE agents SET current_version = $2, revision = revision + 1 WHERE id = $1`, [
      id,
      version,
    ]);
  }

  async archive(op: Operation, id: string, at: Date): Promise<void> {
    await this.#db.query(op, `UPDATE agents SET archived_at = $2, revision = revision + 1 WHERE id = $1`, [id, at]);
  }

  /** Newest first, from the one before `before` on. */
  async versions(
    op: Operation,
    id: string,
    opts: { readonly before: number | null; readonly limit: number },
  ): Promise<readonly VersionRow[]> {
    return await this.#db.query<VersionRow>(
      op,
      `SELECT v.number, ${contentColumns}, v.author_id AS "authorId", u.name AS "authorName", v.created_at AS "createdAt"
         FROM agent_versions v LEFT JOIN users u ON u.id = v.author_id
        WHERE v.agent_id = $1 AND ($2::int IS NULL OR v.number < $2) ORDER BY v.number DESC LIMIT $3`,
      [id, opts.before, opts.limit],
    );
  }

  async hasVersion(op: Operation, id: string, version: number): Promise<boolean> {
    const rows = await this.#db.query(op, `SELECT 1 FROM agent_versions WHERE agent_id = $1 AND number = $2`, [
      id,
      version,
    ]);
    return rows.length > 0;
  }

  /** What a run follows. Null: the standard agent. */
  async ofRun(op: Operation, runId: string): Promise<(AgentContent & Pick<AgentRow, 'userId'>) | null> {
    const rows = await this.#db.query<AgentContent & Pick<AgentRow, 'userId'>>(
      op,
      `SELECT a.user_id AS "userId", ${contentColumns}
         FROM runs r JOIN agent_versions v ON v.id = r.agent_version_id JOIN agents a ON a.id = v.agent_id
        WHERE r.id = $1`,
      [runId],
    );
    return rows[0] ?? null;
  }
}
