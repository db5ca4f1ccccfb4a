import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface ChainRow {
  readonly id: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly createdAt: Date;
  readonly modelIds: readonly string[];
}

const columns = `c.id, c.name, c.is_default AS "isDefault", c.created_at AS "createdAt", coalesce(
  (SELECT array_agg(e.model_id ORDER BY e.position) FROM model_chain_entries e WHERE e.chain_id = c.id),
  '{}') AS "modelIds"`;

/** Two texts, so that each is planned for what it is: one test for both would read the whole table. */
function ofOwner(owner: string | null): string {
  return owner === null ? '($1::uuid IS NULL AND organisation_id IS NULL)' : 'organisation_id = $1';
}

/** Chains of one owner: an organisation, or with null the installation. No method reaches another owner's. */
export class ChainsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** The oldest first. */
  async list(op: Operation, owner: string | null): Promise<readonly ChainRow[]> {
    return await this.#db.query<ChainRow>(
      op,
      `SELECT ${columns} FROM model_chains c
        WHERE ${ofOwner(owner)} ORDER BY c.created_at, c.id`,
      [owner],
    );
  }

  /** Lets changes of one owner's chains take turns until the transaction ends: one of them at most is the default. */
  async takeTurn(op: Operation, owner: string | null): Promise<void> {
    await this.#db.query(op, `SELECT pg_advisory_xact_lock(hashtextextended('model_chains ' || $1::text, 0))`, [
      owner ?? 'installation',
    ]);
  }

  async find(op: Operation, owner: string | null, id: string): Promise<ChainRow | null> {
    const rows = await this.#db.query<ChainRow>(
      op,
      `SELECT ${columns} FROM model_chains c WHERE c.id = $2 AND ${ofOwner(owner)}`,
      [owner, id],
    );
    return rows[0] ?? null;
  }

  async insert(op: Operation, owner: string | null, row: ChainRow): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO model_chains (id, organisation_id, name, is_default, created_at) VALUES ($2, $1, $3, false, $4)`,
      [owner, row.id, row.name, row.createdAt],
    );
    await this.#fill(op, row.id, row.modelIds);
  }

  async rename(op: Operation, owner: string | null, id: string, name: string): Promise<void> {
    await this.#db.query(op, `UPDATE model_chains SET name = $3 WHERE id = $2 AND ${ofOwner(owner)}`, [
      owner,
      id,
      name,
    ]);
  }

  /** Only of a chain that was found for its owner. Fails on a foreign key for a model that is not there. */
  async setModels(op: Operation, id: string, modelIds: readonly string[]): Promise<void> {
    await this.#db.query(op, `DELETE FROM model_chain_entries WHERE chain_id = $1`, [id]);
    await this.#fill(op, id, modelIds);
  }

  /** This one and no other; null: none. */
  async setDefault(op: Operation, owner: string | null, id: string | null): Promise<void> {
    await this.#db.query(op, `UPDATE model_chains SET is_default = false WHERE is_default AND ${ofOwner(owner)}`, [
      owner,
    ]);
    if (id === null) return;
    await this.#db.query(op, `UPDATE model_chains SET is_default = true WHERE id = $2 AND ${ofOwner(owner)}`, [
      owner,
      id,
    ]);
  }

  async remove(op: Operation, owner: string | null, id: string): Promise<void> {
    await this.#db.query(op, `DELETE FROM model_chains WHERE id = $2 AND ${ofOwner(owner)}`, [owner, id]);
  }

  async #fill(op: Operation, id: string, modelIds: readonly string[]): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO model_chain_entries (chain_id, position, model_id)
       SELECT $1, position, model_id FROM unnest($2::uuid[]) WITH ORDINALITY AS entry (model_id, position)`,
      [id, modelIds],
    );
  }
}
