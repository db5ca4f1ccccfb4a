import type { ToolDecision } from '@atelier/contracts/parts';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { Run } from '../runs/run.entity.ts';
import type { User } from '../users/user.entity.ts';

/** What a run asks a person: leave for one call with exactly these arguments, or an answer. Decided once. */
@Entity({ name: 'run_requests' })
@Index('run_requests_by_run', ['runId'])
@Index('run_requests_by_organisation', ['organisationId'])
@Index('run_requests_by_decider', ['decidedBy'])
@Index('run_requests_one_open', { synchronize: false })
@Index('run_requests_to_expire', { synchronize: false })
@Check('run_requests_kind_known', "kind IN ('approval', 'question')")
@Check('run_requests_decision_known', "decision IN ('approved', 'denied', 'answered', 'expired')")
@Check('run_requests_decided_once', '(decision IS NULL) = (decided_at IS NULL)')
export class RunRequest {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'run_requests_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'run_requests_organisation_fk' })
  organisation?: Relation<Organisation>;

  @Column({ type: 'uuid', name: 'run_id' })
  runId!: string;

  @ManyToOne('Run', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'run_id', foreignKeyConstraintName: 'run_requests_run_fk' })
  run?: Relation<Run>;

  @Column({ type: 'text', name: 'call_id' })
  callId!: string;

  @Column({ type: 'text' })
  kind!: 'approval' | 'question';

  @Column({ type: 'text' })
  tool!: string;

  @Column({ type: 'text', name: 'input_text' })
  inputText!: string;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3 })
  expiresAt!: Date;

  @Column({ type: 'text', nullable: true })
  decision!: ToolDecision['kind'] | null;

  @Column({ type: 'text', name: 'decision_text', default: '' })
  decisionText!: string;

  /** The arguments as the person left them; null: as they were. */
  @Column({ type: 'text', name: 'edited_input', nullable: true })
  editedInput!: string | null;

  @Column({ type: 'uuid', name: 'decided_by', nullable: true })
  decidedBy!: string | null;

  @ManyToOne('User', { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'decided_by', foreignKeyConstraintName: 'run_requests_decider_fk' })
  decider?: Relation<User> | null;

  @Column({ type: 'timestamptz', name: 'decided_at', precision: 3, nullable: true })
  decidedAt!: Date | null;

  /** The log says it, and the run goes on from it. */
  @Column({ type: 'timestamptz', name: 'applied_at', precision: 3, nullable: true })
  appliedAt!: Date | null;
}
