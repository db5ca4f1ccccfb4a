import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';

/** Models that stand in for each other, in order: an organisation's own, or with none named the installation's. */
@Entity({ name: 'model_chains' })
@Index('model_chains_by_organisation', ['organisationId', 'createdAt'])
@Index('model_chains_one_default', ['organisationId'], { unique: true, where: 'is_default' })
@Index('model_chains_one_installation_default', ['isDefault'], {
  unique: true,
  where: '(is_default AND (organisation_id IS NULL))',
})
export class ModelChain {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'model_chains_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'organisation_id', nullable: true })
  organisationId!: string | null;

  @ManyToOne('Organisation', { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'model_chains_organisation_fk' })
  organisation?: Relation<Organisation>;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'boolean', name: 'is_default', default: false })
  isDefault!: boolean;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}
