import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface AccessOrganisation {
  readonly id: string;
  readonly name: string;
  readonly kind: 'personal' | 'shared';
}

/** Which organisations may use a provider that not everybody may. */
export class ProviderAccessRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async named(op: Operation, providerId: string): Promise<readonly AccessOrganisation[]> {
    return await this.#db.query<AccessOrganisation>(
      op,
      `SELECT o.id, o.name, o.kind FROM model_provider_access a JOIN organisations o ON o.id = a.organisation_id
        WHERE a.provider_id = $1 ORDER BY lower(o.name), o.id`,
      [providerId],
    );
  }

  /** These and no others. Fails on a foreign key for one that is not there. */
  async replace(op: Operation, providerId: string, organisationIds: readonly string[]): Promise<void> {
    await this.#db.query(
      op,
      `DELETE FROM model_provider_access WHERE provider_id = $1 AND NOT organisation_id = ANY ($2::uuid[])`,
      [providerId, organisationIds],
    );
    await this.#db.query(
      op,
      `INSERT INTO model_provider_access (provider_id, organisation_id)
       SELECT $1, organisation_id FROM unnest($2::uuid[]) AS named (organisation_id) ON CONFLICT DO NOTHING`,
      [providerId, organisationIds],
    );
  }

  /** By a text in the name, as it is written. */
  async search(op: Operation, text: string, limit: number): Promise<readonly AccessOrganisation[]> {
    return await this.#db.query<AccessOrganisation>(
      op,
      `SELECT id, name, kind FROM organisations
        WHERE archived_at IS NULL AND strpos(lower(name), lower($1)) > 0 ORDER BY lower(name), id LIMIT $2`,
      [text, limit],
    );
  }
}
