import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { SignIn } from './sign-in.entity.ts';

/** One refresh token, hashed. Those of one sign-in follow one another. */
@Entity({ name: 'session_tokens' })
@Unique('session_tokens_hash_key', ['tokenHash'])
@Index('session_tokens_by_sign_in', ['signInId'])
@Index('session_tokens_by_expiry', ['expiresAt'])
export class SessionToken {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'session_tokens_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'sign_in_id' })
  signInId!: string;

  @ManyToOne('SignIn', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'sign_in_id', foreignKeyConstraintName: 'session_tokens_sign_in_fk' })
  signIn?: Relation<SignIn>;

  @Column({ type: 'bytea', name: 'token_hash' })
  tokenHash!: Buffer;

  @Column({ type: 'text', name: 'user_agent' })
  userAgent!: string;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'rotated_at', precision: 3, nullable: true })
  rotatedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3 })
  expiresAt!: Date;
}
