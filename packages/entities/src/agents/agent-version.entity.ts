import type { AgentModel } from '@atelier/contracts/agents';
import type { ApprovalAction } from '@atelier/contracts/approvals';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { User } from '../users/user.entity.ts';
import type { Agent } from './agent.entity.ts';

/** What an agent was from one change to the next. Never changed: runs point at the version that they followed. */
@Entity({ name: 'agent_versions' })
@Unique('agent_versions_number_key', ['agentId', 'number'])
@Index('agent_versions_by_author', ['authorId'])
export class AgentVersion {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'agent_versions_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'agent_id' })
  agentId!: string;

  @ManyToOne('Agent', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'agent_id', foreignKeyConstraintName: 'agent_versions_agent_fk' })
  agent?: Relation<Agent>;

  @Column({ type: 'int' })
  number!: number;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  description!: string;

  @Column({ type: 'text' })
  instructions!: string;

  /** By id and without a key: a model that is gone is passed over, and the version stays what it was. */
  @Column({ type: 'jsonb', nullable: true })
  model!: AgentModel | null;

  /** Null: all there are. */
  @Column({ type: 'jsonb', nullable: true })
  tools!: string[] | null;

  @Column({ type: 'jsonb' })
  rules!: { tool: string; pattern: string; action: ApprovalAction }[];

  @Column({ type: 'uuid', name: 'author_id', nullable: true })
  authorId!: string | null;

  @ManyToOne('User', { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'author_id', foreignKeyConstraintName: 'agent_versions_author_fk' })
  author?: Relation<User> | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}
