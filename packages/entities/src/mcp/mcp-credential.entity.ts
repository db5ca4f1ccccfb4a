import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { User } from '../users/user.entity.ts';
import type { McpServer } from './mcp-server.entity.ts';

/** A person's authorisation at a server, for its origin and no other; and one that is under way. */
@Entity({ name: 'mcp_credentials' })
@Index('mcp_credentials_by_organisation', ['organisationId'])
@Index('mcp_credentials_by_user', ['userId'])
@Index('mcp_credentials_by_state', { synchronize: false })
@Unique('mcp_credentials_once', ['serverId', 'userId'])
export class McpCredential {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'mcp_credentials_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'server_id' })
  serverId!: string;

  @ManyToOne('McpServer', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'server_id', foreignKeyConstraintName: 'mcp_credentials_server_fk' })
  server?: Relation<McpServer>;

  @Column({ type: 'uuid', name: 'user_id' })
  userId!: string;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'mcp_credentials_user_fk' })
  user?: Relation<User>;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'mcp_credentials_organisation_fk' })
  organisation?: Relation<Organisation>;

  /** Of the server, when this was made. */
  @Column({ type: 'text' })
  origin!: string;

  /** Client, tokens and authorisation server, as JSON. */
  @Column({ type: 'text', name: 'credential_sealed', nullable: true })
  credentialSealed!: string | null;

  /** Whether there are tokens in it: we may only be known there as a client. */
  @Column({ type: 'boolean', name: 'has_tokens', default: false })
  hasTokens!: boolean;

  /** What is kept between going there and coming back, as JSON. */
  @Column({ type: 'text', name: 'pending_sealed', nullable: true })
  pendingSealed!: string | null;

  /** SHA-256 of the `state` that comes back, once. */
  @Column({ type: 'bytea', name: 'state_hash', nullable: true })
  stateHash!: Buffer | null;

  @Column({ type: 'timestamptz', name: 'pending_until', precision: 3, nullable: true })
  pendingUntil!: Date | null;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;
}
