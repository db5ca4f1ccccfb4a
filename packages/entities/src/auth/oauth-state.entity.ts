import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { User } from '../users/user.entity.ts';

/**
 * A sign-in at another provider that is under way: single use, ten minutes, bound to one browser. With the purpose
 * `link` it belongs to somebody who is signed in, and to that sign-in.
 */
@Entity({ name: 'oauth_states' })
@Unique('oauth_states_hash_key', ['stateHash'])
@Index('oauth_states_by_expiry', ['expiresAt'])
@Index('oauth_states_by_user', ['userId'])
@Check('oauth_states_purpose_known', "purpose IN ('sign_in', 'link')")
@Check(
  'oauth_states_link_has_person',
  "(purpose = 'link') = (user_id IS NOT NULL) AND (user_id IS NULL) = (sign_in_id IS NULL)",
)
export class OauthState {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'oauth_states_pkey' })
  id!: string;

  @Column({ type: 'bytea', name: 'state_hash' })
  stateHash!: Buffer;

  @Column({ type: 'text' })
  provider!: string;

  @Column({ type: 'text' })
  verifier!: string;

  @Column({ type: 'text', nullable: true })
  nonce!: string | null;

  @Column({ type: 'text', name: 'return_path' })
  returnPath!: string;

  @Column({ type: 'bytea', name: 'browser_hash' })
  browserHash!: Buffer;

  @Column({ type: 'text', default: 'sign_in' })
  purpose!: 'sign_in' | 'link';

  @Column({ type: 'uuid', name: 'user_id', nullable: true })
  userId!: string | null;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'oauth_states_user_fk' })
  user?: Relation<User> | null;

  @Column({ type: 'uuid', name: 'sign_in_id', nullable: true })
  signInId!: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3 })
  expiresAt!: Date;
}
