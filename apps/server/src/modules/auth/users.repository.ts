import type { OrganisationId, UserId } from '@atelier/contracts/ids';
import { organisationId, userId } from '@atelier/contracts/ids';
import type { InstallationRole, OrganisationRole } from '@atelier/contracts/permissions';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { Membership } from '@atelier/entities/organisations/membership.entity';
import { Organisation } from '@atelier/entities/organisations/organisation.entity';
import { Account } from '@atelier/entities/users/account.entity';
import { User } from '@atelier/entities/users/user.entity';
import { newId } from '@atelier/kernel/ids';

/** Identities we give out ourselves. */
const ownIssuer = 'atelier';

export interface PasswordAccount {
  readonly userId: UserId;
  readonly passwordHash: string | null;
  readonly isActive: boolean;
}

/** Who somebody is at another provider. */
export interface OutsideIdentity {
  readonly provider: 'google' | 'github' | 'oidc';
  readonly issuer: string;
  readonly subject: string;
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  /** Null: the person has no password. */
  readonly passwordHash: string | null;
  /** By what the person signs in; without one: the password. */
  readonly identity?: OutsideIdentity;
  /** When the address was proved to be theirs; without one: not yet. */
  readonly emailVerifiedAt?: Date;
  /** `user` unless told. Of owners there is one at most. */
  readonly installationRole?: InstallationRole;
  readonly createdAt: Date;
}

export interface KeptTokens {
  readonly email: string | null;
  readonly accessTokenSealed: string | null;
  readonly refreshTokenSealed: string | null;
  readonly tokenExpiresAt: Date | null;
  readonly tokenScopes: string;
  readonly lastUsedAt: Date;
}

/** People, their accounts, and the personal organisation everybody has. */
export class UsersRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async hasAny(op: Operation): Promise<boolean> {
    const rows = await this.#db.query<{ any: boolean }>(op, 'SELECT EXISTS (SELECT 1 FROM users) AS any', []);
    return rows[0]?.any ?? false;
  }

  async findPasswordAccount(op: Operation, email: string): Promise<PasswordAccount | null> {
    const rows = await this.#db.query<{ id: string; hash: string | null; isActive: boolean }>(
      op,
      `SELECT u.id, a.password_hash AS hash, u.status = 'active' AS "isActive" FROM users u
         JOIN accounts a ON a.user_id = u.id AND a.provider = 'password'
        WHERE lower(u.email) = lower($1)`,
      [email],
    );
    const row = rows[0];
    return row ? { userId: userId.parse(row.id), passwordHash: row.hash, isActive: row.isActive } : null;
  }

  async hasEmail(op: Operation, email: string): Promise<boolean> {
    const rows = await this.#db.query<{ any: boolean }>(
      op,
      `SELECT EXISTS (SELECT 1 FROM users WHERE lower(email) = lower($1)) AS any`,
      [email],
    );
    return rows[0]?.any ?? false;
  }

  /** Whoever has this address, however they sign in. */
  async findByEmail(op: Operation, email: string): Promise<{ readonly userId: UserId; readonly email: string } | null> {
    const rows = await this.#db.query<{ id: string; email: string }>(
      op,
      `SELECT id, email FROM users WHERE lower(email) = lower($1)`,
      [email],
    );
    return rows[0] ? { userId: userId.parse(rows[0].id), email: rows[0].email } : null;
  }

  async find(op: Operation, user: string): Promise<PersonRow | null> {
    return await this.#person(op, user, '');
  }

  /** Locks the person until the transaction ends. */
  async lock(op: Operation, user: string): Promise<PersonRow | null> {
    return await this.#person(op, user, 'FOR UPDATE OF u');
  }

  /** Sets the password; whoever signs in elsewhere only gets an account here. */
  async setPassword(op: Operation, user: string, passwordHash: string, at: Date): Promise<void> {
    const changed = await this.#db.query<{ id: string }>(
      op,
      `UPDATE accounts SET password_hash = $2 WHERE user_id = $1 AND provider = 'password' RETURNING id`,
      [user, passwordHash],
    );
    if (changed.length > 0) return;
    await this.#db.managerFor(op).insert(Account, {
      id: newId(),
      userId: user,
      provider: 'password',
      issuer: ownIssuer,
      subject: user,
      passwordHash,
      createdAt: at,
    });
  }

  async markVerified(op: Operation, user: string, at: Date): Promise<void> {
    await this.#db.query(op, `UPDATE users SET email_verified_at = $2 WHERE id = $1 AND email_verified_at IS NULL`, [
      user,
      at,
    ]);
  }

  /** The personal organisation is called like its person. */
  async rename(op: Operation, user: string, name: string): Promise<void> {
    await this.#db.query(op, `UPDATE users SET name = $2 WHERE id = $1`, [user, name]);
    await this.#db.query(op, `UPDATE organisations SET name = $2 WHERE personal_user_id = $1`, [user, name]);
  }

  /** Whose account it is, by the identity alone: addresses change hands. */
  async findByIdentity(
    op: Operation,
    { issuer, subject }: Pick<OutsideIdentity, 'issuer' | 'subject'>,
  ): Promise<{ accountId: string; userId: UserId } | null> {
    const rows = await this.#db.query<{ id: string; person: string }>(
      op,
      `SELECT id, user_id AS person FROM accounts WHERE issuer = $1 AND subject = $2`,
      [issuer, subject],
    );
    return rows[0] ? { accountId: rows[0].id, userId: userId.parse(rows[0].person) } : null;
  }

  async addAccount(
    op: Operation,
    user: string,
    account: { readonly id: string; readonly identity: OutsideIdentity; readonly createdAt: Date },
  ): Promise<void> {
    const { provider, issuer, subject } = account.identity;
    await this.#db.managerFor(op).insert(Account, {
      id: account.id,
      userId: user,
      provider,
      issuer,
      subject,
      passwordHash: null,
      createdAt: account.createdAt,
    });
  }

  /** What a provider gave for an account, sealed already. */
  async keepTokens(op: Operation, accountId: string, kept: KeptTokens): Promise<void> {
    await this.#db.managerFor(op).update(Account, { id: accountId }, { ...kept });
  }

  /** Makes the person, the account, the personal organisation and its membership: all or none. */
  async create(
    op: Operation,
    person: NewUser,
  ): Promise<{ userId: UserId; organisationId: OrganisationId; accountId: string }> {
    return await this.#db.transaction(op, async (op) => {
      const manager = this.#db.managerFor(op);
      const id = newId();
      const organisation = newId();
      const accountId = newId();
      const { provider, issuer, subject } = person.identity ?? { provider: 'password', issuer: ownIssuer, subject: id };
      const { email, name, createdAt } = person;
      await manager.insert(User, {
        id,
        email,
        name,
        createdAt,
        emailVerifiedAt: person.emailVerifiedAt ?? null,
        installationRole: person.installationRole ?? 'user',
      });
      await manager.insert(Account, {
        id: accountId,
        userId: id,
        provider,
        issuer,
        subject,
        passwordHash: person.passwordHash,
        createdAt,
      });
      await manager.insert(Organisation, { id: organisation, name, kind: 'personal', personalUserId: id, createdAt });
      await manager.insert(Membership, { organisationId: organisation, userId: id, role: 'owner', createdAt });
      return { userId: userId.parse(id), organisationId: organisationId.parse(organisation), accountId };
    });
  }

  async isActive(op: Operation, user: string): Promise<boolean> {
    const rows = await this.#db.query<{ isActive: boolean }>(
      op,
      `SELECT status = 'active' AS "isActive" FROM users WHERE id = $1`,
      [user],
    );
    return rows[0]?.isActive ?? false;
  }

  /** The person and the organisation, when the one is a member of the other. */
  async identity(op: Operation, user: string, organisation: string): Promise<IdentityRow | null> {
    const rows = await this.#db.query<IdentityRow>(
      op,
      `SELECT u.id AS "userId", u.email, u.name, u.email_verified_at IS NOT NULL AS "isEmailVerified",
              u.installation_role AS "installationRole", o.id AS "organisationId", o.name AS "organisationName", o.kind,
              m.role
         FROM memberships m
         JOIN users u ON u.id = m.user_id
         JOIN organisations o ON o.id = m.organisation_id AND o.archived_at IS NULL
        WHERE m.user_id = $1 AND m.organisation_id = $2`,
      [user, organisation],
    );
    return rows[0] ?? null;
  }

  async personalOrganisation(op: Operation, user: string): Promise<OrganisationId | null> {
    const rows = await this.#db.query<{ id: string }>(op, `SELECT id FROM organisations WHERE personal_user_id = $1`, [
      user,
    ]);
    return rows[0] ? organisationId.parse(rows[0].id) : null;
  }

  async #person(op: Operation, user: string, lock: '' | 'FOR UPDATE OF u'): Promise<PersonRow | null> {
    const rows = await this.#db.query<PersonRow>(
      op,
      `SELECT u.email, u.name, u.email_verified_at IS NOT NULL AS "isEmailVerified",
              (SELECT a.password_hash FROM accounts a WHERE a.user_id = u.id AND a.provider = 'password'
                LIMIT 1) AS "passwordHash"
         FROM users u WHERE u.id = $1 ${lock}`,
      [user],
    );
    return rows[0] ?? null;
  }
}

export interface PersonRow {
  readonly email: string;
  readonly name: string;
  readonly isEmailVerified: boolean;
  readonly passwordHash: string | null;
}

export interface IdentityRow {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly isEmailVerified: boolean;
  readonly installationRole: InstallationRole;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly kind: 'personal' | 'shared';
  readonly role: OrganisationRole;
}
