import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** What administrators have set, one row a setting. */
export class SettingsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async all(op: Operation): Promise<ReadonlyMap<string, unknown>> {
    const rows = await this.#db.query<{ key: string; value: unknown }>(
      op,
      `SELECT key, value FROM installation_settings`,
      [],
    );
    return new Map(rows.map(({ key, value }) => [key, value]));
  }

  async save(
    op: Operation,
    values: ReadonlyMap<string, unknown>,
    by: { readonly userId: string | null; readonly at: Date },
  ): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO installation_settings (key, value, updated_at, updated_by)
       SELECT key, value, $3, $4 FROM unnest($1::text[], $2::jsonb[]) AS changed (key, value)
       ON CONFLICT (key) DO UPDATE
          SET value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
      [[...values.keys()], [...values.values()].map((value) => JSON.stringify(value)), by.at, by.userId],
    );
  }
}
