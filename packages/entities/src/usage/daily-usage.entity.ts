import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { User } from '../users/user.entity.ts';

/**
 * What one person's model calls took on one day (UTC) in one organisation, by model. It belongs to no session: what was
 * spent stays spent when a session is deleted.
 */
@Entity({ name: 'daily_usage' })
@Index('daily_usage_by_day', ['organisationId', 'day'])
@Index('daily_usage_by_user', ['userId'])
export class DailyUsage {
  @PrimaryColumn({ type: 'uuid', name: 'organisation_id', primaryKeyConstraintName: 'daily_usage_pkey' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'daily_usage_organisation_fk' })
  organisation?: Relation<Organisation>;

  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'daily_usage_pkey' })
  userId!: string;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'daily_usage_user_fk' })
  user?: Relation<User>;

  @PrimaryColumn({ type: 'date', primaryKeyConstraintName: 'daily_usage_pkey' })
  day!: string;

  /** Its name then. A model that is removed, or a provider that is renamed, leaves what was spent as it was. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'daily_usage_pkey' })
  provider!: string;

  /** As its provider names it. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'daily_usage_pkey' })
  model!: string;

  /** For people. */
  @Column({ type: 'text' })
  label!: string;

  @Column({ type: 'int', default: 0 })
  calls!: number;

  /** Of the calls, those of which nobody knows what they cost. */
  @Column({ type: 'int', name: 'unpriced_calls', default: 0 })
  unpricedCalls!: number;

  @Column({ type: 'bigint', name: 'input_tokens', default: 0 })
  inputTokens!: number;

  @Column({ type: 'bigint', name: 'output_tokens', default: 0 })
  outputTokens!: number;

  @Column({ type: 'bigint', name: 'cached_input_tokens', default: 0 })
  cachedInputTokens!: number;

  @Column({ type: 'bigint', name: 'reasoning_tokens', default: 0 })
  reasoningTokens!: number;

  /** Micro-dollars, of the calls that have a price. */
  @Column({ type: 'bigint', default: 0 })
  cost!: number;
}
