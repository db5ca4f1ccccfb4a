import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { Logger } from '../telemetry/logger.ts';
import { type KeyRing, UnsealError } from './key-ring.ts';
import { type SealedColumn, sealedColumns } from './sealed-columns.ts';
import type { SealedRow, SealedRowsRepository } from './sealed-rows.repository.ts';

const system: Operation = { principal: { kind: 'system' } };
const batchSize = 500;
/** A server that was about to commit with the old key when a pass went by is caught by the next one. */
const maxPasses = 3;
const firstId = '00000000-0000-0000-0000-000000000000';

export interface RewriteDeps {
  readonly db: Database;
  readonly rows: SealedRowsRepository;
  readonly keys: KeyRing;
  readonly log: Logger;
}

export interface Rewritten {
  readonly rewritten: number;
  /** Values that no key of the ring opens. They are left as they are. */
  readonly unreadable: number;
}

/** Seals everything again with the newest key, in small transactions beside running servers. May be run at any time. */
export async function rewriteSealed(
  deps: RewriteDeps,
  columns: readonly SealedColumn[] = sealedColumns,
): Promise<Rewritten> {
  let total = 0;
  for (let pass = 1; ; pass += 1) {
    let rewritten = 0;
    let unreadable = 0;
    for (const column of columns) {
      const done = await rewriteColumn(deps, column);
      rewritten += done.rewritten;
      unreadable += done.unreadable;
    }
    total += rewritten;
    if (rewritten === 0 || pass === maxPasses) return { rewritten: total, unreadable };
  }
}

async function rewriteColumn(deps: RewriteDeps, column: SealedColumn): Promise<Rewritten> {
  let rewritten = 0;
  let unreadable = 0;
  let afterId = firstId;
  for (;;) {
    const batch = await rewriteBatch(deps, column, afterId);
    rewritten += batch.rewritten;
    unreadable += batch.unreadable;
    if (batch.lastId === null) return { rewritten, unreadable };
    afterId = batch.lastId;
  }
}

async function rewriteBatch(
  { db, rows, keys, log }: RewriteDeps,
  column: SealedColumn,
  afterId: string,
): Promise<Rewritten & { readonly lastId: string | null }> {
  return await db.transaction(system, async (op) => {
    const found = await rows.lockOutdated(op, column, { afterId, prefix: keys.currentPrefix, limit: batchSize });
    const resealed = found.flatMap((row) => {
      const again = reseal(keys, column, row);
      if (again === null) {
        log.error({ table: column.table, column: column.column, id: row.id }, 'a sealed value cannot be opened');
      }
      return again === null ? [] : [{ ...row, resealed: again }];
    });
    if (resealed.length > 0) await rows.replace(op, column, resealed);
    const lastId = found.at(-1)?.id ?? null;
    return { rewritten: resealed.length, unreadable: found.length - resealed.length, lastId };
  });
}

function reseal(keys: KeyRing, { purpose }: SealedColumn, row: SealedRow): string | null {
  try {
    return keys.seal(purpose, row.id, keys.open(purpose, row.id, row.sealed));
  } catch (error) {
    if (error instanceof UnsealError) return null;
    throw error;
  }
}
