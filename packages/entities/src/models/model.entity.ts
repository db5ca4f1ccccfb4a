import type { ModelFeatures, ModelPrice } from '@atelier/contracts/models';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { ModelProvider } from './model-provider.entity.ts';

/** A language model of a provider, and what is known about it. */
@Entity({ name: 'models' })
@Unique('models_name_key', ['providerId', 'name'])
export class Model {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'models_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'provider_id' })
  providerId!: string;

  @ManyToOne('ModelProvider', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'provider_id', foreignKeyConstraintName: 'models_provider_fk' })
  provider?: Relation<ModelProvider>;

  /** As its provider knows it. */
  @Column({ type: 'text' })
  name!: string;

  /** For people. */
  @Column({ type: 'text' })
  label!: string;

  @Column({ type: 'integer', name: 'context_window', nullable: true })
  contextWindow!: number | null;

  @Column({ type: 'integer', name: 'max_output_tokens', nullable: true })
  maxOutputTokens!: number | null;

  /** Micro-dollars for a million tokens. */
  @Column({ type: 'jsonb', nullable: true })
  price!: ModelPrice | null;

  @Column({ type: 'jsonb' })
  features!: ModelFeatures;

  @Column({ type: 'boolean', name: 'is_enabled', default: true })
  isEnabled!: boolean;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}
