import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { User } from '../users/user.entity.ts';

/** One agent session: a conversation, a workspace, a log. Its indexes by activity descend, which only the migration can say. */
@Entity({ name: 'agent_sessions' })
@Unique('agent_sessions_client_key', ['ownerId', 'organisationId', 'clientId'])
@Index('agent_sessions_by_status_activity', { synchronize: false })
@Index('agent_sessions_by_activity', { synchronize: false })
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

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'last_activity_at', precision: 3 })
  lastActivityAt!: Date;

  @Column({ type: 'timestamptz', name: 'archived_at', precision: 3, nullable: true })
  archivedAt!: Date | null;
}
