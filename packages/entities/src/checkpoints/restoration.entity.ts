import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { AgentSession } from '../sessions/agent-session.entity.ts';

/** Files that somebody put back: what the workspace held before, and what it was to hold. The trees lie in the data folder. */
@Entity({ name: 'restorations' })
@Index('restorations_by_session', ['sessionId', 'seq'])
@Index('restorations_by_organisation', ['organisationId'])
export class Restoration {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'restorations_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'session_id' })
  sessionId!: string;

  @ManyToOne('AgentSession', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'restorations_session_fk' })
  session?: Relation<AgentSession>;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'restorations_organisation_fk' })
  organisation?: Relation<Organisation>;

  /** Where it stands in the log, among the messages. */
  @Column({ type: 'bigint' })
  seq!: number;

  @Column({ type: 'text', name: 'before_tree' })
  beforeTree!: string;

  @Column({ type: 'text', name: 'after_tree' })
  afterTree!: string;

  @Column({ type: 'int' })
  created!: number;

  @Column({ type: 'int' })
  modified!: number;

  @Column({ type: 'int' })
  deleted!: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}
