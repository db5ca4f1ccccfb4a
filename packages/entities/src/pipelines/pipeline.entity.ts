import type { PipelineStage } from '@atelier/contracts/pipelines';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { User } from '../users/user.entity.ts';

/** Stages that are gone through one after the other. */
@Entity({ name: 'pipelines' })
@Index('pipelines_by_owner', ['organisationId', 'userId'])
@Index('pipelines_by_user', ['userId'])
export class Pipeline {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pipelines_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'pipelines_organisation_fk' })
  organisation?: Relation<Organisation>;

  /** Whose it is; null: the organisation's. */
  @Column({ type: 'uuid', name: 'user_id', nullable: true })
  userId!: string | null;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'pipelines_user_fk' })
  user?: Relation<User> | null;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  description!: string;

  @Column({ type: 'jsonb' })
  stages!: PipelineStage[];

  @Column({ type: 'int', default: 1 })
  revision!: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;

  @Column({ type: 'timestamptz', name: 'archived_at', precision: 3, nullable: true })
  archivedAt!: Date | null;
}
