import type { ProviderKind } from '@atelier/contracts/models';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { ModelRow } from './models.repository.ts';

/** A model with everything that it takes to call it. */
export interface CandidateRow extends Omit<ModelRow, 'isEnabled' | 'createdAt'> {
  readonly providerName: string;
  readonly kind: ProviderKind;
  readonly baseUrl: string;
  readonly keySealed: string | null;
  /** It is of what was chosen, and not of what is usual. */
  readonly isChosen: boolean;
}

/** What an organisation asks for; null: nothing in particular. */
export interface Wanted {
  readonly organisationId: string;
  readonly chainId: string | null;
  readonly modelId: string | null;
}

/** Which models answer, read anew for each run: what an administrator changes holds at once, in every process. */
export class CatalogRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * The best list that has anything in it the organisation may use, in order: what was chosen, the organisation's default,
   * the installation's default, the oldest model there is.
   */
  async candidates(op: Operation, { organisationId, chainId, modelId }: Wanted): Promise<readonly CandidateRow[]> {
    return await this.#db.query<CandidateRow>(
      op,
      `WITH usable AS (
         SELECT m.*, p.name AS provider_name, p.kind, p.base_url, p.key_sealed
           FROM models m JOIN model_providers p ON p.id = m.provider_id
          WHERE m.is_enabled AND p.is_enabled AND (p.access = 'everyone' OR EXISTS (
            SELECT 1 FROM model_provider_access a WHERE a.provider_id = p.id AND a.organisation_id = $1))
       ), listed AS (
         SELECT 0 AS rank, 0 AS position, u.id FROM usable u WHERE u.id = $3
         UNION ALL
         SELECT CASE WHEN c.id = $2 THEN 1 WHEN c.organisation_id = $1 THEN 2 ELSE 3 END, e.position, u.id
           FROM model_chains c JOIN model_chain_entries e ON e.chain_id = c.id JOIN usable u ON u.id = e.model_id
          WHERE (c.id = $2 OR c.is_default) AND (c.organisation_id = $1 OR c.organisation_id IS NULL)
         UNION ALL
         (SELECT 4, 0, u.id FROM usable u ORDER BY u.created_at, u.id LIMIT 1)
       )
       SELECT u.id, u.provider_id AS "providerId", u.name, u.label, u.context_window AS "contextWindow",
              u.max_output_tokens AS "maxOutputTokens", u.price, u.features, u.provider_name AS "providerName", u.kind,
              u.base_url AS "baseUrl", u.key_sealed AS "keySealed", l.rank < 2 AS "isChosen"
         FROM listed l JOIN usable u ON u.id = l.id
        WHERE l.rank = (SELECT min(rank) FROM listed) ORDER BY l.position`,
      [organisationId, chainId, modelId],
    );
  }
}
