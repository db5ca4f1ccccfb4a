import type { ProviderKind } from '@atelier/contracts/models';
import type { ProviderAccess } from '@atelier/contracts/providers';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface ProviderRow {
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
  readonly preset: string | null;
  readonly baseUrl: string;
  readonly keySealed: string | null;
  readonly keyLast4: string | null;
  readonly isEnabled: boolean;
  readonly access: ProviderAccess;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ProviderSummary extends ProviderRow {
  readonly organisations: number;
  readonly models: number;
  /** How it last answered any process. */
  readonly lastAnsweredAt: Date | null;
  readonly lastFailedAt: Date | null;
  readonly lastError: string | null;
  readonly restsUntil: Date | null;
}

const columns = `p.id, p.name, p.kind, p.preset, p.base_url AS "baseUrl", p.key_sealed AS "keySealed",
  p.key_last4 AS "keyLast4", p.is_enabled AS "isEnabled", p.access, p.created_at AS "createdAt",
  p.updated_at AS "updatedAt"`;
const counts = `(SELECT count(*)::int FROM model_provider_access a WHERE a.provider_id = p.id) AS organisations,
  (SELECT count(*)::int FROM models m WHERE m.provider_id = p.id) AS models,
  h.last_answered_at AS "lastAnsweredAt", h.last_failed_at AS "lastFailedAt", h.last_error AS "lastError",
  h.rests_until AS "restsUntil"`;
const withHealth = 'model_providers p LEFT JOIN provider_health h ON h.provider_id = p.id';

/** Providers of the installation. They belong to no organisation: who may see them is decided by permissions. */
export class ProvidersRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** The oldest first. */
  async list(op: Operation): Promise<readonly ProviderSummary[]> {
    return await this.#db.query<ProviderSummary>(
      op,
      `SELECT ${columns}, ${counts} FROM ${withHealth} ORDER BY p.created_at, p.id`,
      [],
    );
  }

  async count(op: Operation): Promise<number> {
    const rows = await this.#db.query<{ count: number }>(op, `SELECT count(*)::int AS count FROM model_providers`, []);
    return rows[0]?.count ?? 0;
  }

  async find(op: Operation, id: string): Promise<ProviderSummary | null> {
    const rows = await this.#db.query<ProviderSummary>(
      op,
      `SELECT ${columns}, ${counts} FROM ${withHealth} WHERE p.id = $1`,
      [id],
    );
    return rows[0] ?? null;
  }

  /** Locks it until the transaction ends. */
  async lock(op: Operation, id: string): Promise<ProviderRow | null> {
    const rows = await this.#db.query<ProviderRow>(
      op,
      `SELECT ${columns} FROM model_providers p WHERE p.id = $1 FOR UPDATE`,
      [id],
    );
    return rows[0] ?? null;
  }

  async insert(op: Operation, row: ProviderRow): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO model_providers (id, name, kind, preset, base_url, key_sealed, key_last4, is_enabled, access,
                                    created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        row.id,
        row.name,
        row.kind,
        row.preset,
        row.baseUrl,
        row.keySealed,
        row.keyLast4,
        row.isEnabled,
        row.access,
        row.createdAt,
        row.updatedAt,
      ],
    );
  }

  /** Everything that can change. */
  async save(op: Operation, row: ProviderRow): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE model_providers
          SET name = $2, base_url = $3, key_sealed = $4, key_last4 = $5, is_enabled = $6, access = $7, updated_at = $8
        WHERE id = $1`,
      [row.id, row.name, row.baseUrl, row.keySealed, row.keyLast4, row.isEnabled, row.access, row.updatedAt],
    );
  }

  /** With its models, and their places in chains. */
  async remove(op: Operation, id: string): Promise<void> {
    await this.#db.query(op, `DELETE FROM model_providers WHERE id = $1`, [id]);
  }
}
