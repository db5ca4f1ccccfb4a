import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { User } from '../users/user.entity.ts';

/** An agent that people made: whose it is, and which of its versions is in use. What it is stands in its versions. */
@Entity({ name: 'agents' })
@Index('agents_by_owner', ['organisationId', 'userId'])
@Index('agents_by_user', ['userId'])
export class Agent {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'agents_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'agents_organisation_fk' })
  organisation?: Relation<Organisation>;

  /** Whose it is; null: the organisation's. */
  @Column({ type: 'uuid', name: 'user_id', nullable: true })
  userId!: string | null;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'agents_user_fk' })
  user?: Relation<User> | null;

  /** The number of the version that is in use. */
  @Column({ type: 'int', name: 'current_version' })
  currentVersion!: number;

  @Column({ type: 'int', default: 1 })
  revision!: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'archived_at', precision: 3, nullable: true })
  archivedAt!: Date | null;
}
