import type { RunError, RunState } from '@atelier/contracts/runs';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { AgentVersion } from '../agents/agent-version.entity.ts';
import type { Message } from '../messages/message.entity.ts';
import type { Model } from '../models/model.entity.ts';
import type { ModelChain } from '../models/model-chain.entity.ts';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { AgentSession } from '../sessions/agent-session.entity.ts';

/** One agent turn. Partial indexes for workers stand in the migration. */
@Entity({ name: 'runs' })
@Unique('runs_client_key', ['sessionId', 'clientId'])
@Index('runs_by_session', ['sessionId', 'queuedAt'])
@Index('runs_by_user_message', ['userMessageId'])
@Index('runs_by_agent_message', ['agentMessageId', 'queuedAt'])
@Index('runs_by_agent_version', ['agentVersionId'])
@Index('runs_by_chosen_model', ['chosenModelId'])
@Index('runs_by_chosen_chain', ['chosenChainId'])
@Index('runs_by_queueing', ['organisationId', 'queuedAt', 'id'])
@Index('runs_one_active', { synchronize: false })
@Index('runs_by_lease', { synchronize: false })
@Index('runs_queued', { synchronize: false })
@Index('runs_to_compact', { synchronize: false })
@Check('runs_one_choice', 'chosen_model_id IS NULL OR chosen_chain_id IS NULL')
@Check('runs_kind_known', "kind IN ('answer', 'retry', 'continue')")
@Check(
  'runs_state_known',
  "state IN ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'interrupted')",
)
@Check('runs_running_has_lease', "state <> 'running' OR lease_until IS NOT NULL")
export class Run {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'runs_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'session_id' })
  sessionId!: string;

  @ManyToOne('AgentSession', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'runs_session_fk' })
  session?: Relation<AgentSession>;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'runs_organisation_fk' })
  organisation?: Relation<Organisation>;

  @Column({ type: 'uuid', name: 'user_message_id' })
  userMessageId!: string;

  @ManyToOne('Message', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_message_id', foreignKeyConstraintName: 'runs_user_message_fk' })
  userMessage?: Relation<Message>;

  @Column({ type: 'uuid', name: 'agent_message_id' })
  agentMessageId!: string;

  @ManyToOne('Message', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'agent_message_id', foreignKeyConstraintName: 'runs_agent_message_fk' })
  agentMessage?: Relation<Message>;

  @Column({ type: 'uuid', name: 'client_id', nullable: true })
  clientId!: string | null;

  @Column({ type: 'text' })
  kind!: 'answer' | 'retry' | 'continue';

  @Column({ type: 'text' })
  state!: RunState;

  @Column({ type: 'int', default: 0 })
  attempt!: number;

  @Column({ type: 'text', default: '' })
  model!: string;

  /** Who was chosen to answer this once: a model or a chain. Removed, it leaves its name behind. */
  @Column({ type: 'uuid', name: 'chosen_model_id', nullable: true })
  chosenModelId!: string | null;

  @ManyToOne('Model', { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'chosen_model_id', foreignKeyConstraintName: 'runs_chosen_model_fk' })
  chosenModel?: Relation<Model>;

  @Column({ type: 'uuid', name: 'chosen_chain_id', nullable: true })
  chosenChainId!: string | null;

  @ManyToOne('ModelChain', { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'chosen_chain_id', foreignKeyConstraintName: 'runs_chosen_chain_fk' })
  chosenChain?: Relation<ModelChain>;

  /** What the choice was called then; null: whoever answers in the session. */
  @Column({ type: 'text', name: 'chosen_name', nullable: true })
  chosenName!: string | null;

  @Column({ type: 'uuid', name: 'lease_owner', nullable: true })
  leaseOwner!: string | null;

  @Column({ type: 'timestamptz', name: 'lease_until', precision: 3, nullable: true })
  leaseUntil!: Date | null;

  @Column({ type: 'timestamptz', name: 'cancel_requested_at', precision: 3, nullable: true })
  cancelRequestedAt!: Date | null;

  @Column({ type: 'jsonb', nullable: true })
  error!: RunError | null;

  @Column({ type: 'int', name: 'input_tokens', default: 0 })
  inputTokens!: number;

  @Column({ type: 'int', name: 'output_tokens', default: 0 })
  outputTokens!: number;

  @Column({ type: 'int', name: 'cached_input_tokens', nullable: true })
  cachedInputTokens!: number | null;

  @Column({ type: 'int', name: 'reasoning_tokens', nullable: true })
  reasoningTokens!: number | null;

  /** Micro-dollars; null: nobody has said what the model costs. */
  @Column({ type: 'bigint', nullable: true })
  cost!: number | null;

  /** What the latest model call was told and said; null until one has. */
  @Column({ type: 'int', name: 'context_tokens', nullable: true })
  contextTokens!: number | null;

  /** How much that model can be told; null: unknown. */
  @Column({ type: 'int', name: 'context_window', nullable: true })
  contextWindow!: number | null;

  /** What it follows; null: the standard agent. */
  @Column({ type: 'uuid', name: 'agent_version_id', nullable: true })
  agentVersionId!: string | null;

  @ManyToOne('AgentVersion', { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'agent_version_id', foreignKeyConstraintName: 'runs_agent_version_fk' })
  agentVersion?: Relation<AgentVersion> | null;

  /** Looks at the result of a stage, and sees nothing of the conversation but what it is asked. */
  @Column({ type: 'boolean', name: 'is_check', default: false })
  isCheck!: boolean;

  /** While it is queued: the run whose answer is to read its message before the next step. */
  @Column({ type: 'uuid', nullable: true })
  steers!: string | null;

  @Column({ type: 'timestamptz', name: 'queued_at', precision: 3 })
  queuedAt!: Date;

  @Column({ type: 'timestamptz', name: 'started_at', precision: 3, nullable: true })
  startedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'finished_at', precision: 3, nullable: true })
  finishedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'compacted_at', precision: 3, nullable: true })
  compactedAt!: Date | null;
}
