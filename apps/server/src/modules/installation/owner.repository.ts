import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** Any number that no other advisory lock of ours has. */
const claimLock = 0x41_74_66;

/** Whose the installation is. */
export class OwnerRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async exists(op: Operation): Promise<boolean> {
    const rows = await this.#db.query<{ any: boolean }>(
      op,
      `SELECT EXISTS (SELECT 1 FROM users WHERE installation_role = 'owner') AS any`,
      [],
    );
    return rows[0]?.any ?? false;
  }

  /** Lets claims take turns until the transaction ends: each of them ends the others' links. */
  async takeTurn(op: Operation): Promise<void> {
    await this.#db.query(op, `SELECT pg_advisory_xact_lock($1)`, [claimLock]);
  }

  /** Fails on the unique index `users_one_owner` when there is one already. */
  async make(op: Operation, userId: string): Promise<void> {
    await this.#db.query(op, `UPDATE users SET installation_role = 'owner' WHERE id = $1`, [userId]);
  }
}
