import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { User } from '../users/user.entity.ts';
import type { Organisation } from './organisation.entity.ts';

/** An offer to one address to join one organisation. One at a time is open. */
@Entity({ name: 'invitations' })
@Unique('invitations_hash_key', ['tokenHash'])
@Index('invitations_by_organisation', ['organisationId', 'createdAt'])
@Index('invitations_by_email', ['email'])
@Index('invitations_by_inviter', ['invitedBy'])
@Index('invitations_by_accepter', ['acceptedBy'])
@Index('invitations_one_open', ['organisationId', 'email'], {
  unique: true,
  where: '((accepted_at IS NULL) AND (declined_at IS NULL) AND (revoked_at IS NULL))',
})
@Check('invitations_role_known', "role IN ('admin', 'member', 'viewer')")
@Check('invitations_delivery_known', "delivery IN ('mail', 'link')")
export class Invitation {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'invitations_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'invitations_organisation_fk' })
  organisation?: Relation<Organisation>;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text' })
  role!: 'admin' | 'member' | 'viewer';

  /** By mail it proves the address of whoever holds it; a link that was handed on does not. */
  @Column({ type: 'text' })
  delivery!: 'mail' | 'link';

  @Column({ type: 'bytea', name: 'token_hash' })
  tokenHash!: Buffer;

  @Column({ type: 'uuid', name: 'invited_by', nullable: true })
  invitedBy!: string | null;

  @ManyToOne('User', { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'invited_by', foreignKeyConstraintName: 'invitations_invited_by_fk' })
  inviter?: Relation<User>;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3 })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', name: 'accepted_at', precision: 3, nullable: true })
  acceptedAt!: Date | null;

  @Column({ type: 'uuid', name: 'accepted_by', nullable: true })
  acceptedBy!: string | null;

  @ManyToOne('User', { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'accepted_by', foreignKeyConstraintName: 'invitations_accepted_by_fk' })
  accepter?: Relation<User>;

  @Column({ type: 'timestamptz', name: 'declined_at', precision: 3, nullable: true })
  declinedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt!: Date | null;
}
