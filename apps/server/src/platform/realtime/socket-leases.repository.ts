import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** The first key of the advisory locks under which the sockets of one person are counted. */
const lockClass = 0x41_74_73;

export interface NewLease {
  readonly id: string;
  readonly userId: string;
  readonly serverId: string;
}

/** Who holds how many open sockets, over all processes. */
export class SocketLeasesRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /** Says that a process lives; for so many seconds it is believed. */
  async keepServer(op: Operation, serverId: string, seconds: number): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO socket_servers (id, expires_at) VALUES ($1, now() + $2 * interval '1 second')
       ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at`,
      [serverId, seconds],
    );
  }

  /** With all it holds. */
  async removeServer(op: Operation, serverId: string): Promise<void> {
    await this.#db.query(op, `DELETE FROM socket_servers WHERE id = $1`, [serverId]);
  }

  /** Removes processes that have not been heard of for an hour: one that was only slow still finds its leases. */
  async removeGoneServers(op: Operation): Promise<void> {
    await this.#db.query(op, `DELETE FROM socket_servers WHERE expires_at < now() - interval '1 hour'`, []);
  }

  /** Until the transaction ends, nobody else counts or adds to the sockets of this person. */
  async lockPerson(op: Operation, userId: string): Promise<void> {
    await this.#db.query(op, `SELECT pg_advisory_xact_lock($1, hashtext($2))`, [lockClass, userId]);
  }

  /** Adds a lease while the person holds fewer than `limit` at processes that live. Tells whether it did. */
  async insertBelow(op: Operation, lease: NewLease, limit: number): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `INSERT INTO socket_leases (id, user_id, server_id)
       SELECT $1::uuid, $2::uuid, $3::uuid
        WHERE (SELECT count(*) FROM socket_leases l JOIN socket_servers s ON s.id = l.server_id
                WHERE l.user_id = $2::uuid AND s.expires_at > now()) < $4
       RETURNING id`,
      [lease.id, lease.userId, lease.serverId, limit],
    );
    return rows.length === 1;
  }

  async remove(op: Operation, ids: readonly string[]): Promise<void> {
    await this.#db.query(op, `DELETE FROM socket_leases WHERE id = ANY($1::uuid[])`, [ids]);
  }
}
