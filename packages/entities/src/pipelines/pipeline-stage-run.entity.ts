import type { StageState } from '@atelier/contracts/pipeline-runs';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { Run } from '../runs/run.entity.ts';
import type { PipelineRun } from './pipeline-run.entity.ts';

/** One try at a stage: a run, perhaps with its check. One of a pipeline is under way at most: a partial index sees to it. */
@Entity({ name: 'pipeline_stage_runs' })
@Unique('pipeline_stage_runs_attempt_key', ['pipelineRunId', 'position', 'attempt'])
@Index('pipeline_stage_runs_by_run', ['runId'])
@Index('pipeline_stage_runs_by_check', ['checkRunId'])
@Index('pipeline_stage_runs_one_active', { synchronize: false })
@Check(
  'pipeline_stage_runs_state_known',
  "state IN ('running', 'checking', 'waiting', 'succeeded', 'rejected', 'failed', 'cancelled')",
)
@Check('pipeline_stage_runs_checked_by_run', "state <> 'checking' OR check_run_id IS NOT NULL")
export class PipelineStageRun {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pipeline_stage_runs_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'pipeline_run_id' })
  pipelineRunId!: string;

  @ManyToOne('PipelineRun', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'pipeline_run_id', foreignKeyConstraintName: 'pipeline_stage_runs_pipeline_run_fk' })
  pipelineRun?: Relation<PipelineRun>;

  @Column({ type: 'smallint' })
  position!: number;

  @Column({ type: 'int' })
  attempt!: number;

  @Column({ type: 'text' })
  state!: StageState;

  @Column({ type: 'uuid', name: 'run_id' })
  runId!: string;

  @ManyToOne('Run', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'run_id', foreignKeyConstraintName: 'pipeline_stage_runs_run_fk' })
  run?: Relation<Run>;

  @Column({ type: 'uuid', name: 'check_run_id', nullable: true })
  checkRunId!: string | null;

  @ManyToOne('Run', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'check_run_id', foreignKeyConstraintName: 'pipeline_stage_runs_check_fk' })
  checkRun?: Relation<Run> | null;

  /** How often the check had given the stage back when this try began. */
  @Column({ type: 'int', name: 'given_back', default: 0 })
  givenBack!: number;

  @Column({ type: 'text', default: '' })
  comment!: string;

  @Column({ type: 'timestamptz', name: 'started_at', precision: 3 })
  startedAt!: Date;

  @Column({ type: 'timestamptz', name: 'finished_at', precision: 3, nullable: true })
  finishedAt!: Date | null;
}
