import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { AgentSession } from '../sessions/agent-session.entity.ts';
import type { User } from '../users/user.entity.ts';

/** What calls may be made without asking, or never: in one session, of one person, or in the whole organisation. */
@Entity({ name: 'approval_rules' })
@Index('approval_rules_by_organisation', ['organisationId'])
@Index('approval_rules_by_user', ['userId'])
@Index('approval_rules_by_session', ['sessionId'])
@Index('approval_rules_once', { synchronize: false })
@Check('approval_rules_action_known', "action IN ('allow', 'ask', 'deny')")
@Check('approval_rules_session_has_person', 'session_id IS NULL OR user_id IS NOT NULL')
export class ApprovalRule {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'approval_rules_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'approval_rules_organisation_fk' })
  organisation?: Relation<Organisation>;

  /** Whose runs it is for; null: everybody's. */
  @Column({ type: 'uuid', name: 'user_id', nullable: true })
  userId!: string | null;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'approval_rules_user_fk' })
  user?: Relation<User> | null;

  /** Where it is for; null: everywhere. */
  @Column({ type: 'uuid', name: 'session_id', nullable: true })
  sessionId!: string | null;

  @ManyToOne('AgentSession', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'approval_rules_session_fk' })
  session?: Relation<AgentSession> | null;

  /** A tool's name, with `*` for any text. */
  @Column({ type: 'text' })
  tool!: string;

  /** What it is called with, with `*` for any text: a command, a path, an address. */
  @Column({ type: 'text' })
  pattern!: string;

  @Column({ type: 'text' })
  action!: 'allow' | 'ask' | 'deny';

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}
