import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { SealedColumn } from './sealed-columns.ts';

export interface SealedRow {
  readonly id: string;
  readonly sealed: string;
}

export interface ResealedRow extends SealedRow {
  readonly resealed: string;
}

/** Sealed texts of any column, to be rewritten with a newer key. */
export class SealedRowsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Locks rows after `afterId` that do not begin with `prefix`, in order, so that nobody changes them meanwhile. */
  async lockOutdated(
    op: Operation,
    column: SealedColumn,
    from: { readonly afterId: string; readonly prefix: string; readonly limit: number },
  ): Promise<readonly SealedRow[]> {
    const { table, id, sealed } = quoted(column);
    return await this.#db.query<SealedRow>(
      op,
      `SELECT ${id} AS id, ${sealed} AS sealed FROM ${table}
        WHERE ${id} > $1 AND ${sealed} IS NOT NULL AND NOT starts_with(${sealed}, $2)
        ORDER BY ${id} LIMIT $3 FOR UPDATE`,
      [from.afterId, from.prefix, from.limit],
    );
  }

  /** Replaces each text if it is still the one that was read. */
  async replace(op: Operation, column: SealedColumn, rows: readonly ResealedRow[]): Promise<void> {
    const { table, id, sealed } = quoted(column);
    await this.#db.query(
      op,
      `UPDATE ${table} SET ${sealed} = new.resealed
         FROM unnest($1::uuid[], $2::text[], $3::text[]) AS new (id, sealed, resealed)
        WHERE ${table}.${id} = new.id AND ${table}.${sealed} = new.sealed`,
      [rows.map((row) => row.id), rows.map((row) => row.sealed), rows.map((row) => row.resealed)],
    );
  }
}

function quoted({ table, idColumn, column }: SealedColumn) {
  return { table: quote(table), id: quote(idColumn), sealed: quote(column) };
}

/** Names of ours need no escaping; anything else is a mistake. */
function quote(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error('Not the name of a table or column of ours.');
  return `"${name}"`;
}
