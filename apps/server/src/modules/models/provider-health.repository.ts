import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { ProviderHealth } from './provider-breakers.ts';

/** What one process last saw of a provider. */
export type SeenHealth = Pick<ProviderHealth, 'lastAnsweredAt' | 'lastFailedAt' | 'lastError' | 'restsUntil'> & {
  readonly providerId: string;
};

/** How providers last answered, whichever process asked. */
export class ProviderHealthRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** The latest of what is known and what is new. Providers that have been removed are left out. */
  async merge(op: Operation, seen: readonly SeenHealth[]): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO provider_health AS h (provider_id, last_answered_at, last_failed_at, last_error, rests_until)
       SELECT "providerId", "lastAnsweredAt", "lastFailedAt", "lastError", "restsUntil"
         FROM jsonb_to_recordset($1::jsonb) AS seen ("providerId" uuid, "lastAnsweredAt" timestamptz,
              "lastFailedAt" timestamptz, "lastError" text, "restsUntil" timestamptz)
        WHERE EXISTS (SELECT 1 FROM model_providers p WHERE p.id = "providerId")
        ORDER BY "providerId"
       ON CONFLICT ON CONSTRAINT provider_health_pkey DO UPDATE
          SET last_answered_at = greatest(h.last_answered_at, excluded.last_answered_at),
              last_error = CASE WHEN excluded.last_failed_at > h.last_failed_at OR h.last_failed_at IS NULL
                                THEN excluded.last_error ELSE h.last_error END,
              last_failed_at = greatest(h.last_failed_at, excluded.last_failed_at),
              rests_until = excluded.rests_until`,
      [JSON.stringify(seen)],
    );
  }
}
