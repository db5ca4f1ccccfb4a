import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { User } from '../users/user.entity.ts';

/** A key for programs: one person's rights in one organisation, narrowed by scopes. */
@Entity({ name: 'api_keys' })
@Unique('api_keys_hash_key', ['keyHash'])
@Index('api_keys_by_user', ['userId', 'createdAt'])
@Index('api_keys_by_organisation', ['organisationId', 'createdAt'])
export class ApiKey {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'api_keys_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'user_id' })
  userId!: string;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'api_keys_user_fk' })
  user?: Relation<User>;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'api_keys_organisation_fk' })
  organisation?: Relation<Organisation>;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'bytea', name: 'key_hash' })
  keyHash!: Buffer;

  /** The last four characters, to tell keys apart. */
  @Column({ type: 'text' })
  hint!: string;

  @Column({ type: 'text', array: true })
  scopes!: string[];

  /** Made by somebody who had signed in with two factors, or with a passkey. */
  @Column({ type: 'boolean', name: 'is_strong', default: false })
  isStrong!: boolean;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'last_used_at', precision: 3, nullable: true })
  lastUsedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt!: Date | null;
}
