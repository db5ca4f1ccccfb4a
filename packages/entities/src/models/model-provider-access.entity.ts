import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { ModelProvider } from './model-provider.entity.ts';

/** That an organisation may use a provider which not everybody may. */
@Entity({ name: 'model_provider_access' })
@Index('model_provider_access_by_organisation', ['organisationId'])
export class ModelProviderAccess {
  @PrimaryColumn({ type: 'uuid', name: 'provider_id', primaryKeyConstraintName: 'model_provider_access_pkey' })
  providerId!: string;

  @ManyToOne('ModelProvider', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'provider_id', foreignKeyConstraintName: 'model_provider_access_provider_fk' })
  provider?: Relation<ModelProvider>;

  @PrimaryColumn({ type: 'uuid', name: 'organisation_id', primaryKeyConstraintName: 'model_provider_access_pkey' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'model_provider_access_organisation_fk' })
  organisation?: Relation<Organisation>;
}
