import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person. The e-mail address is theirs alone, whatever its capitals: the index `users_email_key` is on lower(email). */
@Entity({ name: 'users' })
@Index('users_email_key', { synchronize: false })
@Index('users_one_owner', ['installationRole'], { unique: true, where: "(installation_role = 'owner'::text)" })
@Index('users_by_creation', ['createdAt', 'id'])
@Check('users_status_known', "status IN ('active', 'suspended')")
@Check('users_installation_role_known', "installation_role IN ('owner', 'admin', 'user')")
export class User {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'text', default: 'active' })
  status!: 'active' | 'suspended';

  /** What they may do to the installation itself; one owner at most. */
  @Column({ type: 'text', name: 'installation_role', default: 'user' })
  installationRole!: 'owner' | 'admin' | 'user';

  /** When they proved that the address is theirs. */
  @Column({ type: 'timestamptz', name: 'email_verified_at', precision: 3, nullable: true })
  emailVerifiedAt!: Date | null;
}
