import type { TodoItem } from '@atelier/contracts/todos';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { AgentSession } from './agent-session.entity.ts';

/** What the agent still means to do in a session. */
@Entity({ name: 'session_todos' })
export class SessionTodos {
  @PrimaryColumn({ type: 'uuid', name: 'session_id', primaryKeyConstraintName: 'session_todos_pkey' })
  sessionId!: string;

  @ManyToOne('AgentSession', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'session_todos_session_fk' })
  session?: Relation<AgentSession>;

  @Column({ type: 'jsonb' })
  items!: readonly TodoItem[];
}
