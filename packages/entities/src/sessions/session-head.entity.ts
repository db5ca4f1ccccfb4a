import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { AgentSession } from './agent-session.entity.ts';

/** Where a log ends, and who may write to it. Narrow and apart from the session: it changes with every flush. */
@Entity({ name: 'session_heads' })
export class SessionHead {
  @PrimaryColumn({ type: 'uuid', name: 'session_id', primaryKeyConstraintName: 'session_heads_pkey' })
  sessionId!: string;

  @ManyToOne('AgentSession', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'session_heads_session_fk' })
  session?: Relation<AgentSession>;

  @Column({ type: 'bigint', name: 'last_seq', default: 0 })
  lastSeq!: number;

  @Column({ type: 'bigint', name: 'compacted_seq', default: 0 })
  compactedSeq!: number;

  @Column({ type: 'uuid', nullable: true })
  writer!: string | null;

  @Column({ type: 'bigint', name: 'writer_count', default: 0 })
  writerCount!: number;
}
