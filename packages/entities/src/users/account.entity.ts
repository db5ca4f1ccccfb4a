import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { User } from './user.entity.ts';

/** A way for a person to sign in: the identity is (issuer, subject), never the e-mail address. */
@Entity({ name: 'accounts' })
@Index('accounts_by_user', ['userId'])
@Unique('accounts_identity_key', ['issuer', 'subject'])
@Check('accounts_provider_known', "provider IN ('password', 'google', 'github', 'oidc')")
export class Account {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'accounts_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'user_id' })
  userId!: string;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'accounts_user_fk' })
  user?: Relation<User>;

  @Column({ type: 'text' })
  provider!: 'password' | 'google' | 'github' | 'oidc';

  @Column({ type: 'text' })
  issuer!: string;

  @Column({ type: 'text' })
  subject!: string;

  @Column({ type: 'text', name: 'password_hash', nullable: true })
  passwordHash!: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  /** The address at the provider, to show; it decides nothing. */
  @Column({ type: 'text', nullable: true })
  email!: string | null;

  @Column({ type: 'text', name: 'access_token_sealed', nullable: true })
  accessTokenSealed!: string | null;

  @Column({ type: 'text', name: 'refresh_token_sealed', nullable: true })
  refreshTokenSealed!: string | null;

  @Column({ type: 'timestamptz', name: 'token_expires_at', precision: 3, nullable: true })
  tokenExpiresAt!: Date | null;

  @Column({ type: 'text', name: 'token_scopes', nullable: true })
  tokenScopes!: string | null;

  @Column({ type: 'timestamptz', name: 'last_used_at', precision: 3, nullable: true })
  lastUsedAt!: Date | null;
}
