import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A sign-in at another provider that is under way: single use, ten minutes, bound to one browser. */
@Entity({ name: 'oauth_states' })
@Unique('oauth_states_hash_key', ['stateHash'])
@Index('oauth_states_by_expiry', ['expiresAt'])
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

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3 })
  expiresAt!: Date;
}
