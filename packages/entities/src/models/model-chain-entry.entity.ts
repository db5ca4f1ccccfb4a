import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { Model } from './model.entity.ts';
import type { ModelChain } from './model-chain.entity.ts';

/** A model's place in a chain. A removed model leaves a gap, which changes nothing about the order. */
@Entity({ name: 'model_chain_entries' })
@Unique('model_chain_entries_model_key', ['chainId', 'modelId'])
@Index('model_chain_entries_by_model', ['modelId'])
export class ModelChainEntry {
  @PrimaryColumn({ type: 'uuid', name: 'chain_id', primaryKeyConstraintName: 'model_chain_entries_pkey' })
  chainId!: string;

  @ManyToOne('ModelChain', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'chain_id', foreignKeyConstraintName: 'model_chain_entries_chain_fk' })
  chain?: Relation<ModelChain>;

  @PrimaryColumn({ type: 'smallint', primaryKeyConstraintName: 'model_chain_entries_pkey' })
  position!: number;

  @Column({ type: 'uuid', name: 'model_id' })
  modelId!: string;

  @ManyToOne('Model', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'model_id', foreignKeyConstraintName: 'model_chain_entries_model_fk' })
  model?: Relation<Model>;
}
