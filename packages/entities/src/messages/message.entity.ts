import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { AgentSession } from '../sessions/agent-session.entity.ts';
import type { User } from '../users/user.entity.ts';

/** One turn of the conversation. `seq` is the place in the log at which it came to be. */
@Entity({ name: 'messages' })
@Unique('messages_client_key', ['sessionId', 'clientId'])
@Index('messages_by_parent', ['parentId'])
@Index('messages_by_author', ['authorId'])
@Index('messages_by_seq', ['sessionId', 'seq'])
@Check('messages_role_known', "role IN ('user', 'agent')")
export class Message {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'messages_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'session_id' })
  sessionId!: string;

  @ManyToOne('AgentSession', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'messages_session_fk' })
  session?: Relation<AgentSession>;

  @Column({ type: 'uuid', name: 'parent_id', nullable: true })
  parentId!: string | null;

  @ManyToOne('Message', { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'parent_id', foreignKeyConstraintName: 'messages_parent_fk' })
  parent?: Relation<Message>;

  @Column({ type: 'text' })
  role!: 'user' | 'agent';

  @Column({ type: 'uuid', name: 'author_id', nullable: true })
  authorId!: string | null;

  @ManyToOne('User', { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'author_id', foreignKeyConstraintName: 'messages_author_fk' })
  author?: Relation<User>;

  @Column({ type: 'bigint' })
  seq!: number;

  @Column({ type: 'uuid', name: 'client_id', nullable: true })
  clientId!: string | null;

  @Column({ type: 'bytea', name: 'request_hash', nullable: true })
  requestHash!: Buffer | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'bigint', name: 'folded_seq', default: 0 })
  foldedSeq!: number;

  @Column({ type: 'boolean', name: 'is_superseded', default: false })
  isSuperseded!: boolean;
}
