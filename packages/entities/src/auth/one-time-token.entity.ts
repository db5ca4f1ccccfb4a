import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { User } from '../users/user.entity.ts';

/** Something that works once: a link in a mail, the link for the first owner, a challenge that waits for its answer. */
@Entity({ name: 'one_time_tokens' })
@Unique('one_time_tokens_hash_key', ['tokenHash'])
@Index('one_time_tokens_by_user', ['userId', 'purpose'])
@Index('one_time_tokens_by_expiry', ['expiresAt'])
export class OneTimeToken {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'one_time_tokens_pkey' })
  id!: string;

  @Column({ type: 'text' })
  purpose!: string;

  @Column({ type: 'uuid', name: 'user_id', nullable: true })
  userId!: string | null;

  @ManyToOne('User', { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'one_time_tokens_user_fk' })
  user?: Relation<User>;

  @Column({ type: 'bytea', name: 'token_hash' })
  tokenHash!: Buffer;

  /** The browser that asked for it, when only that one may use it. */
  @Column({ type: 'bytea', name: 'browser_hash', nullable: true })
  browserHash!: Buffer | null;

  @Column({ type: 'jsonb' })
  payload!: object;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3 })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', name: 'used_at', precision: 3, nullable: true })
  usedAt!: Date | null;
}
