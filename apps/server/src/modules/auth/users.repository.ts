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

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly createdAt: Date;
}

/** People, their password accounts, and the personal organisation everybody has. */
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

  /** Makes the person, the account, the personal organisation and its membership: all or none. */
  async create(op: Operation, person: NewUser): Promise<{ userId: UserId; organisationId: OrganisationId }> {
    return await this.#db.transaction(op, async (op) => {
      const manager = this.#db.managerFor(op);
      const id = newId();
      const organisation = newId();
      const { email, name, createdAt } = person;
      await manager.insert(User, { id, email, name, createdAt });
      await manager.insert(Account, {
        id: newId(),
        userId: id,
        provider: 'password',
        issuer: ownIssuer,
        subject: id,
        passwordHash: person.passwordHash,
        createdAt,
      });
      await manager.insert(Organisation, { id: organisation, name, kind: 'personal', personalUserId: id, createdAt });
      await manager.insert(Membership, { organisationId: organisation, userId: id, role: 'owner', createdAt });
      return { userId: userId.parse(id), organisationId: organisationId.parse(organisation) };
    });
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
