import type { InstallationRole } from '@atelier/contracts/permissions';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

/** Where a page of people ended. */
export interface PersonCursor {
  readonly createdAt: Date;
  readonly id: string;
}

export interface PersonFilter {
  /** In name or address; everybody when it is empty. */
  readonly search: string;
  readonly status: 'all' | 'active' | 'suspended';
}

export interface SeenPerson extends PersonCursor {
  readonly isMatch: boolean;
}

export interface StandingPerson {
  readonly email: string;
  readonly status: 'active' | 'suspended';
  readonly installationRole: InstallationRole;
}

export interface PersonSummary extends StandingPerson {
  readonly id: string;
  readonly name: string;
  readonly isEmailVerified: boolean;
  readonly hasSecondFactor: boolean;
  readonly organisations: number;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** Everybody in the installation, for its administrators. */
export class PeopleRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Goes through the next `size` people, the newest first: those that match, and the last one of all in any case, so that
   * one can go on from there. Text anywhere in a name has no index; this way no statement reads more than it may.
   */
  async walk(
    op: Operation,
    { search, status }: PersonFilter,
    opts: { readonly after: PersonCursor | null; readonly size: number },
  ): Promise<readonly SeenPerson[]> {
    const values: unknown[] = [opts.size, search, status];
    const after = opts.after
      ? `WHERE (created_at, id) < ($${values.push(opts.after.createdAt)}, $${values.push(opts.after.id)})`
      : '';
    return await this.#db.query<SeenPerson>(
      op,
      `SELECT id, "createdAt", "isMatch" FROM (
         SELECT id, created_at AS "createdAt", row_number() OVER (ORDER BY created_at DESC, id DESC) AS position,
                ($3 = 'all' OR status = $3) AND strpos(lower(name) || ' ' || lower(email), lower($2)) > 0 AS "isMatch"
           FROM users ${after} ORDER BY created_at DESC, id DESC LIMIT $1) AS next
        WHERE "isMatch" OR position = $1
        ORDER BY "createdAt" DESC, id DESC`,
      values,
    );
  }

  async summaries(op: Operation, ids: readonly string[]): Promise<readonly PersonSummary[]> {
    return await this.#db.query<PersonSummary>(
      op,
      `SELECT u.id, u.email, u.name, u.status, u.installation_role AS "installationRole", u.created_at AS "createdAt",
              u.email_verified_at IS NOT NULL AS "isEmailVerified",
              EXISTS (SELECT 1 FROM totp_secrets t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL)
                OR EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id) AS "hasSecondFactor",
              (SELECT count(*) FROM memberships m WHERE m.user_id = u.id) AS organisations,
              (SELECT max(s.last_used_at) FROM sign_ins s WHERE s.user_id = u.id) AS "lastUsedAt"
         FROM users u WHERE u.id = ANY($1) ORDER BY u.created_at DESC, u.id DESC`,
      [ids],
    );
  }

  /** Locks the person until the transaction ends. */
  async lock(op: Operation, userId: string): Promise<StandingPerson | null> {
    const rows = await this.#db.query<StandingPerson>(
      op,
      `SELECT email, status, installation_role AS "installationRole" FROM users WHERE id = $1 FOR UPDATE`,
      [userId],
    );
    return rows[0] ?? null;
  }

  async setStatus(op: Operation, userId: string, status: 'active' | 'suspended'): Promise<void> {
    await this.#db.query(op, `UPDATE users SET status = $2 WHERE id = $1`, [userId, status]);
  }

  async setRole(op: Operation, userId: string, role: 'admin' | 'user'): Promise<void> {
    await this.#db.query(op, `UPDATE users SET installation_role = $2 WHERE id = $1`, [userId, role]);
  }
}
