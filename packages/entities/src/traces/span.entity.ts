import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { Run } from '../runs/run.entity.ts';

/** One piece of a run's work: how long it took and how it ended. Written once it has ended, and never changed. */
@Entity({ name: 'spans' })
@Index('spans_by_run', ['runId', 'startedAt', 'id'])
@Index('spans_by_organisation', ['organisationId'])
@Check(
  'spans_kind_known',
  "kind IN ('agent_turn', 'llm_call', 'tool_call', 'retry', 'fallback', 'approval_wait', 'sandbox')",
)
@Check('spans_status_known', "status IN ('ok', 'error', 'cancelled')")
export class Span {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'spans_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'spans_organisation_fk' })
  organisation?: Relation<Organisation>;

  /** Without a foreign key: it goes with its run, which goes with its session. */
  @Column({ type: 'uuid', name: 'session_id' })
  sessionId!: string;

  @Column({ type: 'uuid', name: 'run_id' })
  runId!: string;

  @ManyToOne('Run', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'run_id', foreignKeyConstraintName: 'spans_run_fk' })
  run?: Relation<Run>;

  /** Without a foreign key: what is part of another ends, and is written, before it. */
  @Column({ type: 'uuid', name: 'parent_id', nullable: true })
  parentId!: string | null;

  @Column({ type: 'text' })
  kind!: 'agent_turn' | 'llm_call' | 'tool_call' | 'retry' | 'fallback' | 'approval_wait' | 'sandbox';

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'timestamptz', name: 'started_at', precision: 3 })
  startedAt!: Date;

  @Column({ type: 'double precision', name: 'duration_ms' })
  durationMs!: number;

  @Column({ type: 'text' })
  status!: 'ok' | 'error' | 'cancelled';

  @Column({ type: 'jsonb', default: {} })
  attributes!: Record<string, string | number | boolean>;
}
