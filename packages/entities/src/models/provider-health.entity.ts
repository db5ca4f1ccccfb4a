import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ModelProvider } from './model-provider.entity.ts';

/** How a provider last answered any process of the installation. Written on a change, and every few seconds at most. */
@Entity({ name: 'provider_health' })
export class ProviderHealth {
  @PrimaryColumn({ type: 'uuid', name: 'provider_id', primaryKeyConstraintName: 'provider_health_pkey' })
  providerId!: string;

  @ManyToOne('ModelProvider', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'provider_id', foreignKeyConstraintName: 'provider_health_provider_fk' })
  provider?: Relation<ModelProvider>;

  @Column({ type: 'timestamptz', name: 'last_answered_at', precision: 3, nullable: true })
  lastAnsweredAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'last_failed_at', precision: 3, nullable: true })
  lastFailedAt!: Date | null;

  /** The code of the last failure. */
  @Column({ type: 'text', name: 'last_error', nullable: true })
  lastError!: string | null;

  /** A process leaves it alone until then. */
  @Column({ type: 'timestamptz', name: 'rests_until', precision: 3, nullable: true })
  restsUntil!: Date | null;
}
