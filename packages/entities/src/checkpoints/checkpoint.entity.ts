import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { Run } from '../runs/run.entity.ts';
import type { AgentSession } from '../sessions/agent-session.entity.ts';

/** What a session's workspace held before and after a run that may have changed it. The trees lie in the data folder. */
@Entity({ name: 'checkpoints' })
@Index('checkpoints_by_session', ['sessionId', 'createdAt'])
@Index('checkpoints_by_organisation', ['organisationId'])
export class Checkpoint {
  /** One a run: it is the run's own id. */
  @PrimaryColumn({ type: 'uuid', name: 'run_id', primaryKeyConstraintName: 'checkpoints_pkey' })
  runId!: string;

  @ManyToOne('Run', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'run_id', foreignKeyConstraintName: 'checkpoints_run_fk' })
  run?: Relation<Run>;

  @Column({ type: 'uuid', name: 'session_id' })
  sessionId!: string;

  @ManyToOne('AgentSession', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'checkpoints_session_fk' })
  session?: Relation<AgentSession>;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'checkpoints_organisation_fk' })
  organisation?: Relation<Organisation>;

  @Column({ type: 'text', name: 'before_tree' })
  beforeTree!: string;

  /** Null while the run goes on. */
  @Column({ type: 'text', name: 'after_tree', nullable: true })
  afterTree!: string | null;

  @Column({ type: 'int', default: 0 })
  created!: number;

  @Column({ type: 'int', default: 0 })
  modified!: number;

  @Column({ type: 'int', default: 0 })
  deleted!: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}
