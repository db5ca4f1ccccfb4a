import type { ModelFeatures, ModelPrice, ProviderKind } from '@atelier/contracts/models';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface ModelRow {
  readonly id: string;
  readonly providerId: string;
  readonly name: string;
  readonly label: string;
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly price: ModelPrice | null;
  readonly features: ModelFeatures;
  readonly isEnabled: boolean;
  readonly createdAt: Date;
}

export interface UsableModel extends ModelRow {
  /** The provider's name. */
  readonly provider: string;
  readonly kind: ProviderKind;
}

export interface DescribedModel {
  readonly id: string;
  readonly label: string;
  /** The provider's name. */
  readonly provider: string;
  /** Neither it nor its provider is off. */
  readonly isOn: boolean;
}

const columns = `m.id, m.provider_id AS "providerId", m.name, m.label, m.context_window AS "contextWindow",
  m.max_output_tokens AS "maxOutputTokens", m.price, m.features, m.is_enabled AS "isEnabled",
  m.created_at AS "createdAt"`;

/** Models of providers. Like those they belong to the installation. */
export class ModelsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** The oldest first. */
  async listOf(op: Operation, providerId: string): Promise<readonly ModelRow[]> {
    return await this.#db.query<ModelRow>(
      op,
      `SELECT ${columns} FROM models m WHERE m.provider_id = $1 ORDER BY m.created_at, m.id`,
      [providerId],
    );
  }

  /** Those that an organisation may use now, the oldest first. */
  async usable(op: Operation, organisationId: string): Promise<readonly UsableModel[]> {
    return await this.#db.query<UsableModel>(
      op,
      `SELECT ${columns}, p.name AS provider, p.kind FROM models m JOIN model_providers p ON p.id = m.provider_id
        WHERE m.is_enabled AND p.is_enabled AND (p.access = 'everyone' OR EXISTS (
          SELECT 1 FROM model_provider_access a WHERE a.provider_id = p.id AND a.organisation_id = $1))
        ORDER BY m.created_at, m.id`,
      [organisationId],
    );
  }

  /** What they are, and whether they are on, whoever may use them. */
  async described(op: Operation, ids: readonly string[]): Promise<readonly DescribedModel[]> {
    return await this.#db.query<DescribedModel>(
      op,
      `SELECT m.id, m.label, p.name AS provider, m.is_enabled AND p.is_enabled AS "isOn"
         FROM models m JOIN model_providers p ON p.id = m.provider_id WHERE m.id = ANY ($1::uuid[])`,
      [ids],
    );
  }

  /** Locks it until the transaction ends. */
  async lock(op: Operation, id: string): Promise<ModelRow | null> {
    const rows = await this.#db.query<ModelRow>(op, `SELECT ${columns} FROM models m WHERE m.id = $1 FOR UPDATE`, [id]);
    return rows[0] ?? null;
  }

  /** Leaves out those whose names are there. Returns the names that were added. */
  async insert(op: Operation, rows: readonly ModelRow[]): Promise<readonly string[]> {
    const added = await this.#db.query<{ name: string }>(
      op,
      `INSERT INTO models (id, provider_id, name, label, context_window, max_output_tokens, price, features, is_enabled,
                           created_at)
       SELECT id, "providerId", name, label, "contextWindow", "maxOutputTokens", nullif(price, 'null'), features,
              "isEnabled", "createdAt"
         FROM jsonb_to_recordset($1::jsonb) AS new (id uuid, "providerId" uuid, name text, label text,
              "contextWindow" integer, "maxOutputTokens" integer, price jsonb, features jsonb, "isEnabled" boolean,
              "createdAt" timestamptz)
       ON CONFLICT ON CONSTRAINT models_name_key DO NOTHING RETURNING name`,
      [JSON.stringify(rows)],
    );
    return added.map(({ name }) => name);
  }

  /** Everything that can change. */
  async save(op: Operation, row: ModelRow): Promise<void> {
    await this.#db.query(
      op,
      `UPDATE models SET label = $2, context_window = $3, max_output_tokens = $4, price = $5::jsonb, features = $6::jsonb,
                         is_enabled = $7
        WHERE id = $1`,
      [
        row.id,
        row.label,
        row.contextWindow,
        row.maxOutputTokens,
        row.price && JSON.stringify(row.price),
        JSON.stringify(row.features),
        row.isEnabled,
      ],
    );
  }

  async remove(op: Operation, id: string): Promise<void> {
    await this.#db.query(op, `DELETE FROM models WHERE id = $1`, [id]);
  }
}
