import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { User } from '../users/user.entity.ts';

/** One refresh token, hashed. Tokens that follow one another are a family: one sign-in on one device. */
@Entity({ name: 'session_tokens' })
@Unique('session_tokens_hash_key', ['tokenHash'])
@Index('session_tokens_by_family', ['familyId'])
@Index('session_tokens_by_user', ['userId'])
@Index('session_tokens_by_organisation', ['organisationId'])
@Index('session_tokens_by_expiry', ['expiresAt'])
export class SessionToken {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'session_tokens_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'family_id' })
  familyId!: string;

  @Column({ type: 'uuid', name: 'user_id' })
  userId!: string;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'session_tokens_user_fk' })
  user?: Relation<User>;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'session_tokens_organisation_fk' })
  organisation?: Relation<Organisation>;

  @Column({ type: 'bytea', name: 'token_hash' })
  tokenHash!: Buffer;

  @Column({ type: 'text', name: 'user_agent' })
  userAgent!: string;

  @Column({ type: 'text', nullable: true })
  ip!: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'rotated_at', precision: 3, nullable: true })
  rotatedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3 })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', name: 'absolute_expires_at', precision: 3 })
  absoluteExpiresAt!: Date;
}
