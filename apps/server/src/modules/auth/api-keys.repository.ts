import type { InstallationRole, OrganisationRole, Scope } from '@atelier/contracts/permissions';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface NewApiKey extends Omit<ApiKeyRow, 'lastUsedAt' | 'revokedAt'> {
  readonly userId: string;
  readonly organisationId: string;
  readonly keyHash: Buffer;
  readonly isStrong: boolean;
}

/** What a key stands for at this moment. */
export interface ApiKeyStanding {
  readonly id: string;
  readonly userId: string;
  readonly organisationId: string;
  readonly role: OrganisationRole;
  readonly installationRole: InstallationRole;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly isStrong: boolean;
}

const columns = `k.id, k.name, k.hint, k.scopes, k.created_at AS "createdAt", k.expires_at AS "expiresAt",
  k.last_used_at AS "lastUsedAt", k.revoked_at AS "revokedAt"`;

/** Keys for programs. Only hashes of them are kept. */
export class ApiKeysRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async insert(op: Operation, key: NewApiKey): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO api_keys (id, user_id, organisation_id, name, key_hash, hint, scopes, created_at, expires_at,
                             is_strong)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        key.id,
        key.userId,
        key.organisationId,
        key.name,
        key.keyHash,
        key.hint,
        key.scopes,
        key.createdAt,
        key.expiresAt,
        key.isStrong,
      ],
    );
  }

  /** How many of a person's keys in an organisation work. */
  async countOpen(op: Operation, organisationId: string, userId: string, now: Date): Promise<number> {
    const rows = await this.#db.query<{ open: number }>(
      op,
      `SELECT count(*)::int AS open FROM api_keys
        WHERE user_id = $2 AND organisation_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)`,
      [organisationId, userId, now],
    );
    return rows[0]?.open ?? 0;
  }

  /** A person's keys in an organisation, the newest first. */
  async list(op: Operation, organisationId: string, userId: string): Promise<readonly ApiKeyRow[]> {
    return await this.#db.query<ApiKeyRow>(
      op,
      `SELECT ${columns} FROM api_keys k WHERE k.user_id = $2 AND k.organisation_id = $1
        ORDER BY k.created_at DESC LIMIT 200`,
      [organisationId, userId],
    );
  }

  /** Everybody's keys in an organisation, the newest first. Who has left has no name there any more. */
  async listAll(
    op: Operation,
    organisationId: string,
  ): Promise<readonly (ApiKeyRow & { readonly userId: string; readonly owner: string | null })[]> {
    return await this.#db.query<ApiKeyRow & { userId: string; owner: string | null }>(
      op,
      `SELECT ${columns}, k.user_id AS "userId", u.name AS owner FROM api_keys k LEFT JOIN users u ON u.id = k.user_id
        WHERE k.organisation_id = $1 ORDER BY k.created_at DESC LIMIT 500`,
      [organisationId],
    );
  }

  /** Ends a key; with `userId` only one of that person. Null: it is not there, or it has ended. */
  async revoke(
    op: Operation,
    organisationId: string,
    id: string,
    opts: { readonly userId: string | null; readonly at: Date },
  ): Promise<{ readonly name: string; readonly userId: string } | null> {
    const rows = await this.#db.query<{ name: string; userId: string }>(
      op,
      `UPDATE api_keys SET revoked_at = $4
        WHERE id = $2 AND organisation_id = $1 AND ($3::uuid IS NULL OR user_id = $3) AND revoked_at IS NULL
        RETURNING name, user_id AS "userId"`,
      [organisationId, id, opts.userId, opts.at],
    );
    return rows[0] ?? null;
  }

  /** What a key stands for now: asked for every operation. Null when the key, the person or the membership does not hold. */
  async standing(op: Operation, keyHash: Buffer): Promise<ApiKeyStanding | null> {
    const rows = await this.#db.query<ApiKeyStanding>(
      op,
      `SELECT k.id, k.user_id AS "userId", k.organisation_id AS "organisationId", m.role,
              u.installation_role AS "installationRole", k.scopes, k.expires_at AS "expiresAt",
              k.last_used_at AS "lastUsedAt", k.is_strong AS "isStrong"
         FROM api_keys k
         JOIN users u ON u.id = k.user_id AND u.status = 'active'
         JOIN memberships m ON m.user_id = k.user_id AND m.organisation_id = k.organisation_id
         JOIN organisations o ON o.id = k.organisation_id AND o.archived_at IS NULL
        WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`,
      [keyHash],
    );
    return rows[0] ?? null;
  }

  /** Notes a use, once a minute. */
  async noteUse(op: Operation, id: string, at: Date): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE api_keys SET last_used_at = $2
        WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2::timestamptz - interval '1 minute')`,
      [id, at],
    );
  }
}
