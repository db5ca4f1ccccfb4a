import type { PipelineState } from '@atelier/contracts/pipeline-runs';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { AgentSession } from '../sessions/agent-session.entity.ts';
import type { Pipeline } from './pipeline.entity.ts';

/** A pipeline that somebody started, as it stood then. One of a session is under way at most: a partial index sees to it. */
@Entity({ name: 'pipeline_runs' })
@Unique('pipeline_runs_client_key', ['sessionId', 'clientId'])
@Index('pipeline_runs_by_organisation', ['organisationId'])
@Index('pipeline_runs_by_pipeline', ['pipelineId'])
@Index('pipeline_runs_by_session', ['sessionId', 'createdAt'])
@Index('pipeline_runs_one_active', { synchronize: false })
@Check('pipeline_runs_state_known', "state IN ('running', 'waiting', 'succeeded', 'failed', 'cancelled')")
export class PipelineRun {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pipeline_runs_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'pipeline_runs_organisation_fk' })
  organisation?: Relation<Organisation>;

  @Column({ type: 'uuid', name: 'session_id' })
  sessionId!: string;

  @ManyToOne('AgentSession', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'pipeline_runs_session_fk' })
  session?: Relation<AgentSession>;

  @Column({ type: 'uuid', name: 'pipeline_id', nullable: true })
  pipelineId!: string | null;

  @ManyToOne('Pipeline', { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'pipeline_id', foreignKeyConstraintName: 'pipeline_runs_pipeline_fk' })
  pipeline?: Relation<Pipeline> | null;

  @Column({ type: 'uuid', name: 'client_id' })
  clientId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  input!: string;

  /** With the versions of their agents. */
  @Column({ type: 'jsonb' })
  stages!: object[];

  @Column({ type: 'text' })
  state!: PipelineState;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'finished_at', precision: 3, nullable: true })
  finishedAt!: Date | null;
}
