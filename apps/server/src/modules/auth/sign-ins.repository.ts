import type { InstallationRole, OrganisationRole } from '@atelier/contracts/permissions';
import { SessionToken } from '@atelier/entities/auth/session-token.entity';
import { SignIn } from '@atelier/entities/auth/sign-in.entity';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { newId } from '@atelier/kernel/ids';
import * as z from 'zod';

/** How a person proved who they are. */
export const signInMethod = z.enum([
  'password',
  'totp',
  'recovery_code',
  'passkey',
  'google',
  'github',
  'oidc',
  'setup_link',
]);
export type SignInMethod = z.infer<typeof signInMethod>;

/** Why a sign-in is over; told to nobody but the person and the record. */
export type EndReason =
  | 'signed_out'
  | 'signed_out_everywhere'
  | 'revoked'
  | 'token_reused'
  | 'password_changed'
  | 'password_reset'
  | 'second_factor_changed'
  | 'suspended'
  | 'replaced';

export interface NewSignIn {
  readonly id: string;
  readonly userId: string;
  readonly organisationId: string;
  readonly methods: readonly SignInMethod[];
  readonly userAgent: string;
  readonly ip: string | null;
  readonly at: Date;
  readonly absoluteExpiresAt: Date;
}

export interface NewRefreshToken {
  readonly signInId: string;
  readonly tokenHash: Buffer;
  readonly userAgent: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** A refresh token with the sign-in it belongs to. */
export interface RefreshTokenRow {
  readonly id: string;
  readonly signInId: string;
  readonly userAgent: string;
  readonly createdAt: Date;
  readonly rotatedAt: Date | null;
  readonly expiresAt: Date;
  readonly userId: string;
  readonly isActive: boolean;
  readonly organisationId: string | null;
  readonly absoluteExpiresAt: Date;
  readonly endedAt: Date | null;
  readonly endReason: EndReason | null;
}

/** What holds for a sign-in and an organisation at this moment. */
export interface Standing {
  readonly role: OrganisationRole;
  readonly installationRole: InstallationRole;
  readonly methods: readonly SignInMethod[];
  readonly authenticatedAt: Date;
  /** Whether the person has one now. */
  readonly hasSecondFactor: boolean;
}

export interface SignInRow {
  readonly id: string;
  readonly methods: readonly SignInMethod[];
  readonly userAgent: string;
  readonly ip: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
}

/** Sign-ins, one row a device, and their refresh tokens. */
export class SignInsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async insert(op: Operation, signIn: NewSignIn): Promise<void> {
    const { at, methods, ...row } = signIn;
    await this.#db.managerFor(op).insert(SignIn, {
      ...row,
      methods: [...methods],
      createdAt: at,
      authenticatedAt: at,
      lastUsedAt: at,
      endedAt: null,
      endReason: null,
    });
  }

  async insertToken(op: Operation, token: NewRefreshToken): Promise<void> {
    await this.#db.managerFor(op).insert(SessionToken, { id: newId(), ...token, rotatedAt: null });
  }

  /** Locks both rows until the transaction ends: two tabs that renew at once take turns. */
  async findForUpdate(op: Operation, tokenHash: Buffer): Promise<RefreshTokenRow | null> {
    const rows = await this.#db.query<RefreshTokenRow>(
      op,
      `SELECT t.id, t.sign_in_id AS "signInId", t.user_agent AS "userAgent",
              t.created_at AS "createdAt", t.rotated_at AS "rotatedAt", t.expires_at AS "expiresAt",
              s.user_id AS "userId", s.organisation_id AS "organisationId",
              s.absolute_expires_at AS "absoluteExpiresAt", s.ended_at AS "endedAt",
              s.end_reason AS "endReason",
              (SELECT u.status = 'active' FROM users u WHERE u.id = s.user_id) AS "isActive"
         FROM session_tokens t JOIN sign_ins s ON s.id = t.sign_in_id
        WHERE t.token_hash = $1
          FOR UPDATE OF t, s`,
      [tokenHash],
    );
    return rows[0] ?? null;
  }

  /** Those of these hashes that belong to tokens of the sign-in. */
  async knownHashes(op: Operation, signInId: string, hashes: readonly Buffer[]): Promise<readonly Buffer[]> {
    const rows = await this.#db.query<{ hash: Buffer }>(
      op,
      `SELECT token_hash AS hash FROM session_tokens WHERE token_hash = ANY($1) AND sign_in_id = $2`,
      [hashes, signInId],
    );
    return rows.map(({ hash }) => hash);
  }

  /** The sign-in of a token, when it has not ended. A token that another tab has just exchanged still tells. */
  async signInOf(op: Operation, tokenHash: Buffer, now: Date): Promise<{ signInId: string; userId: string } | null> {
    const rows = await this.#db.query<{ signInId: string; userId: string }>(
      op,
      `SELECT t.sign_in_id AS "signInId", s.user_id AS "userId"
         FROM session_tokens t JOIN sign_ins s ON s.id = t.sign_in_id AND s.ended_at IS NULL AND s.absolute_expires_at > $2
        WHERE t.token_hash = $1 AND t.expires_at > $2`,
      [tokenHash, now],
    );
    return rows[0] ?? null;
  }

  async markRotated(op: Operation, id: string, at: Date): Promise<void> {
    await this.#db.query(op, `UPDATE session_tokens SET rotated_at = $2 WHERE id = $1`, [id, at]);
  }

  async noteUse(
    op: Operation,
    id: string,
    use: { readonly at: Date; readonly organisationId: string; readonly ip: string },
  ): Promise<void> {
    await this.#db.query(op, `UPDATE sign_ins SET last_used_at = $2, organisation_id = $3, ip = $4 WHERE id = $1`, [
      id,
      use.at,
      use.organisationId,
      use.ip,
    ]);
  }

  async moveTo(op: Operation, id: string, organisationId: string): Promise<void> {
    await this.#db.query(op, `UPDATE sign_ins SET organisation_id = $2 WHERE id = $1`, [id, organisationId]);
  }

  /**
   * The same sign-in under a new id, for somebody who has proved again who they are. Null: it had ended. The old one
   * stays as it is.
   */
  async succeed(
    op: Operation,
    id: string,
    next: { readonly id: string; readonly methods: readonly SignInMethod[]; readonly at: Date },
  ): Promise<{ readonly absoluteExpiresAt: Date } | null> {
    const rows = await this.#db.query<{ absoluteExpiresAt: Date }>(
      op,
      `INSERT INTO sign_ins (id, user_id, organisation_id, methods, user_agent, ip, created_at, authenticated_at,
                             last_used_at, absolute_expires_at)
       SELECT $2, user_id, organisation_id, ARRAY(SELECT DISTINCT unnest(methods || $3::text[]) ORDER BY 1), user_agent,
              ip, created_at, $4::timestamptz, $4::timestamptz, absolute_expires_at
         FROM sign_ins WHERE id = $1 AND ended_at IS NULL
       RETURNING absolute_expires_at AS "absoluteExpiresAt"`,
      [id, next.id, next.methods, next.at],
    );
    return rows[0] ?? null;
  }

  /** Ends one sign-in; false when it was over already. With `userId` only one of that person. */
  async end(op: Operation, id: string, reason: EndReason, at: Date, userId: string | null = null): Promise<boolean> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `UPDATE sign_ins SET ended_at = $2, end_reason = $3
        WHERE id = $1 AND ended_at IS NULL AND ($4::uuid IS NULL OR user_id = $4) RETURNING id`,
      [id, at, reason, userId],
    );
    return rows.length > 0;
  }

  /** Ends all of a person's, but one to keep. Returns which. */
  async endAll(
    op: Operation,
    userId: string,
    opts: { readonly reason: EndReason; readonly at: Date; readonly but: string | null },
  ): Promise<readonly string[]> {
    const rows = await this.#db.query<{ id: string }>(
      op,
      `UPDATE sign_ins SET ended_at = $2, end_reason = $3
        WHERE user_id = $1 AND ended_at IS NULL AND ($4::uuid IS NULL OR id <> $4) RETURNING id`,
      [userId, opts.at, opts.reason, opts.but],
    );
    return rows.map(({ id }) => id);
  }

  /** By what a sign-in was proved, and where it was used last. */
  async find(
    op: Operation,
    id: string,
  ): Promise<{ readonly methods: readonly SignInMethod[]; readonly organisationId: string | null } | null> {
    const rows = await this.#db.query<{ methods: SignInMethod[]; organisationId: string | null }>(
      op,
      `SELECT methods, organisation_id AS "organisationId" FROM sign_ins WHERE id = $1`,
      [id],
    );
    return rows[0] ?? null;
  }

  /** A person's devices, the last used first. */
  async listOpen(op: Operation, userId: string): Promise<readonly SignInRow[]> {
    return await this.#db.query<SignInRow>(
      op,
      `SELECT id, methods, user_agent AS "userAgent", ip, created_at AS "createdAt", last_used_at AS "lastUsedAt"
         FROM sign_ins s
        WHERE user_id = $1 AND ended_at IS NULL AND absolute_expires_at > now()
          AND EXISTS (SELECT 1 FROM session_tokens t WHERE t.sign_in_id = s.id AND t.expires_at > now())
        ORDER BY last_used_at DESC LIMIT 200`,
      [userId],
    );
  }

  /** What holds now: asked for every operation. Null when the sign-in, the person or the membership does not hold. */
  async standing(
    op: Operation,
    claims: { readonly sid: string; readonly sub: string; readonly org: string },
  ): Promise<Standing | null> {
    const rows = await this.#db.query<Standing>(
      op,
      `SELECT m.role, u.installation_role AS "installationRole", s.methods, s.authenticated_at AS "authenticatedAt",
              (EXISTS (SELECT 1 FROM totp_secrets t WHERE t.user_id = s.user_id AND t.confirmed_at IS NOT NULL)
               OR EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = s.user_id)) AS "hasSecondFactor"
         FROM sign_ins s
         JOIN users u ON u.id = s.user_id AND u.status = 'active'
         JOIN memberships m ON m.user_id = s.user_id AND m.organisation_id = $3
         JOIN organisations o ON o.id = m.organisation_id AND o.archived_at IS NULL
        WHERE s.id = $1 AND s.user_id = $2 AND s.ended_at IS NULL AND s.absolute_expires_at > now()`,
      [claims.sid, claims.sub, claims.org],
    );
    return rows[0] ?? null;
  }

  /** Removes what ended a week ago and more; whoever shows one of those tokens is refused all the same. */
  async removeExpired(op: Operation, limit: number): Promise<number> {
    const tokens = await this.#db.query<{ id: string }>(
      op,
      `DELETE FROM session_tokens WHERE id IN (
         SELECT id FROM session_tokens WHERE expires_at < now() - interval '7 days' ORDER BY expires_at LIMIT $1)
       RETURNING id`,
      [limit],
    );
    const signIns = await this.#db.query<{ id: string }>(
      op,
      `DELETE FROM sign_ins WHERE id IN (
         SELECT id FROM sign_ins WHERE absolute_expires_at < now() - interval '7 days'
          ORDER BY absolute_expires_at LIMIT $1)
       RETURNING id`,
      [limit],
    );
    return Math.max(tokens.length, signIns.length);
  }
}
