import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** A provider of language models, for the whole installation: where it is, and what opens it. */
@Entity({ name: 'model_providers' })
@Check('model_providers_kind_known', "kind IN ('openai', 'anthropic', 'google', 'openai_compatible')")
@Check('model_providers_access_known', "access IN ('everyone', 'some')")
@Check('model_providers_hint_has_key', 'key_last4 IS NULL OR key_sealed IS NOT NULL')
export class ModelProvider {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'model_providers_pkey' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  kind!: 'openai' | 'anthropic' | 'google' | 'openai_compatible';

  /** What it was made from. It decides nothing. */
  @Column({ type: 'text', nullable: true })
  preset!: string | null;

  @Column({ type: 'text', name: 'base_url' })
  baseUrl!: string;

  @Column({ type: 'text', name: 'key_sealed', nullable: true })
  keySealed!: string | null;

  /** To tell keys apart. */
  @Column({ type: 'text', name: 'key_last4', nullable: true })
  keyLast4!: string | null;

  @Column({ type: 'boolean', name: 'is_enabled', default: true })
  isEnabled!: boolean;

  @Column({ type: 'text' })
  access!: 'everyone' | 'some';

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;
}
