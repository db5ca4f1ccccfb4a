import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { User } from '../users/user.entity.ts';

/** One device's sign-in: what the list of devices shows, and what every request is checked against. */
@Entity({ name: 'sign_ins' })
@Index('sign_ins_by_user', ['userId', 'createdAt'])
@Index('sign_ins_by_organisation', ['organisationId'])
@Index('sign_ins_by_expiry', ['absoluteExpiresAt'])
export class SignIn {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'sign_ins_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'user_id' })
  userId!: string;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'sign_ins_user_fk' })
  user?: Relation<User>;

  /** Where new tabs open; null once that organisation is gone. */
  @Column({ type: 'uuid', name: 'organisation_id', nullable: true })
  organisationId!: string | null;

  @ManyToOne('Organisation', { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'sign_ins_organisation_fk' })
  organisation?: Relation<Organisation>;

  /** How the person proved who they are: password, totp, recovery_code, passkey, google, github, oidc. */
  @Column({ type: 'text', array: true })
  methods!: string[];

  @Column({ type: 'text', name: 'user_agent' })
  userAgent!: string;

  @Column({ type: 'text', nullable: true })
  ip!: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  /** When they last proved it: dangerous acts want it to be lately. */
  @Column({ type: 'timestamptz', name: 'authenticated_at', precision: 3 })
  authenticatedAt!: Date;

  @Column({ type: 'timestamptz', name: 'last_used_at', precision: 3 })
  lastUsedAt!: Date;

  @Column({ type: 'timestamptz', name: 'absolute_expires_at', precision: 3 })
  absoluteExpiresAt!: Date;

  @Column({ type: 'timestamptz', name: 'ended_at', precision: 3, nullable: true })
  endedAt!: Date | null;

  @Column({ type: 'text', name: 'end_reason', nullable: true })
  endReason!: string | null;
}
