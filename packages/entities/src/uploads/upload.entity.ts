import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { AgentSession } from '../sessions/agent-session.entity.ts';
import type { User } from '../users/user.entity.ts';

/** A file somebody uploaded. The bytes lie in the workspace, at `path`. */
@Entity({ name: 'uploads' })
@Index('uploads_by_content', ['sessionId', 'sha256'])
@Index('uploads_by_organisation', ['organisationId'])
@Index('uploads_by_owner', ['ownerId'])
export class Upload {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'uploads_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'session_id' })
  sessionId!: string;

  @ManyToOne('AgentSession', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'uploads_session_fk' })
  session?: Relation<AgentSession>;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'uploads_organisation_fk' })
  organisation?: Relation<Organisation>;

  @Column({ type: 'uuid', name: 'owner_id' })
  ownerId!: string;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'uploads_owner_fk' })
  owner?: Relation<User>;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  path!: string;

  @Column({ type: 'bigint' })
  size!: number;

  @Column({ type: 'text', name: 'media_type' })
  mediaType!: string;

  @Column({ type: 'text' })
  sha256!: string;

  @Column({ type: 'text', name: 'inline_text', nullable: true })
  inlineText!: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}
