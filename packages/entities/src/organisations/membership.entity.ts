import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { User } from '../users/user.entity.ts';
import type { Organisation } from './organisation.entity.ts';

/** That a person belongs to an organisation, and what they may do there. */
@Entity({ name: 'memberships' })
@Index('memberships_by_user', ['userId'])
@Index('memberships_by_joining', ['organisationId', 'createdAt', 'userId'])
@Check('memberships_role_known', "role IN ('owner', 'admin', 'member', 'viewer')")
export class Membership {
  @PrimaryColumn({ type: 'uuid', name: 'organisation_id', primaryKeyConstraintName: 'memberships_pkey' })
  organisationId!: string;

  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'memberships_pkey' })
  userId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'memberships_organisation_fk' })
  organisation?: Relation<Organisation>;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'memberships_user_fk' })
  user?: Relation<User>;

  @Column({ type: 'text' })
  role!: 'owner' | 'admin' | 'member' | 'viewer';

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}
