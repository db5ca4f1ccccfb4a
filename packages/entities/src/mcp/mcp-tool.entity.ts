import type { McpDefinition } from '@atelier/contracts/mcp';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { McpServer } from './mcp-server.entity.ts';

/** A tool of a server: as it was seen last, and as somebody agreed to it. */
@Entity({ name: 'mcp_tools' })
@Index('mcp_tools_by_organisation', ['organisationId'])
export class McpTool {
  @PrimaryColumn({ type: 'uuid', name: 'server_id', primaryKeyConstraintName: 'mcp_tools_pkey' })
  serverId!: string;

  @ManyToOne('McpServer', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'server_id', foreignKeyConstraintName: 'mcp_tools_server_fk' })
  server?: Relation<McpServer>;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'mcp_tools_pkey' })
  name!: string;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'mcp_tools_organisation_fk' })
  organisation?: Relation<Organisation>;

  @Column({ type: 'jsonb' })
  seen!: McpDefinition;

  /** SHA-256 of name, description and input schema, in hex. */
  @Column({ type: 'text', name: 'seen_pin' })
  seenPin!: string;

  /** Null: nobody has agreed to it. */
  @Column({ type: 'jsonb', nullable: true })
  approved!: McpDefinition | null;

  @Column({ type: 'text', name: 'approved_pin', nullable: true })
  approvedPin!: string | null;

  /** The server had it when it was last looked at. */
  @Column({ type: 'boolean', name: 'is_there' })
  isThere!: boolean;

  @Column({ type: 'timestamptz', name: 'seen_at', precision: 3 })
  seenAt!: Date;
}
