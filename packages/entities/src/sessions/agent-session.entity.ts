import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { Agent } from '../agents/agent.entity.ts';
import type { Model } from '../models/model.entity.ts';
import type { ModelChain } from '../models/model-chain.entity.ts';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { User } from '../users/user.entity.ts';

/** One agent session: a conversation, a workspace, a log. Its indexes by activity descend, which only the migration can say. */
@Entity({ name: 'agent_sessions' })
@Unique('agent_sessions_client_key', ['ownerId', 'organisationId', 'clientId'])
@Index('agent_sessions_by_agent', ['agentId'])
@Index('agent_sessions_by_status_activity', { synchronize: false })
@Index('agent_sessions_by_activity', { synchronize: false })
@Index('agent_sessions_by_model', ['modelId'])
@Index('agent_sessions_by_chain', ['chainId'])
@Check('agent_sessions_one_choice', 'model_id IS NULL OR chain_id IS NULL')
@Check('agent_sessions_status_known', "status IN ('open', 'archived')")
export class AgentSession {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'agent_sessions_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'agent_sessions_organisation_fk' })
  organisation?: Relation<Organisation>;

  @Column({ type: 'uuid', name: 'owner_id' })
  ownerId!: string;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'agent_sessions_owner_fk' })
  owner?: Relation<User>;

  @Column({ type: 'uuid', name: 'client_id' })
  clientId!: string;

  @Column({ type: 'text', default: '' })
  title!: string;

  @Column({ type: 'text', default: 'open' })
  status!: 'open' | 'archived';

  @Column({ type: 'int', default: 1 })
  version!: number;

  /** Whose instructions, tools and rules it follows; null: the standard agent's. */
  @Column({ type: 'uuid', name: 'agent_id', nullable: true })
  agentId!: string | null;

  @ManyToOne('Agent', { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'agent_id', foreignKeyConstraintName: 'agent_sessions_agent_fk' })
  agent?: Relation<Agent> | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'last_activity_at', precision: 3 })
  lastActivityAt!: Date;

  @Column({ type: 'timestamptz', name: 'archived_at', precision: 3, nullable: true })
  archivedAt!: Date | null;

  /** Who was chosen to answer: a model or a chain. Removed, it leaves its name behind. */
  @Column({ type: 'uuid', name: 'model_id', nullable: true })
  modelId!: string | null;

  @ManyToOne('Model', { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'model_id', foreignKeyConstraintName: 'agent_sessions_model_fk' })
  model?: Relation<Model>;

  @Column({ type: 'uuid', name: 'chain_id', nullable: true })
  chainId!: string | null;

  @ManyToOne('ModelChain', { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'chain_id', foreignKeyConstraintName: 'agent_sessions_chain_fk' })
  chain?: Relation<ModelChain>;

  /** What the choice was called then; null: nothing is chosen. */
  @Column({ type: 'text', name: 'model_name', nullable: true })
  modelName!: string | null;
}
