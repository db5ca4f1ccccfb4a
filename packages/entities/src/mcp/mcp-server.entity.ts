import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { User } from '../users/user.entity.ts';

/** A server of the Model Context Protocol: a person's own, or an organisation's. */
@Entity({ name: 'mcp_servers' })
@Index('mcp_servers_by_organisation', ['organisationId'])
@Index('mcp_servers_by_user', ['userId'])
@Index('mcp_servers_name_once', { synchronize: false })
@Check('mcp_servers_has_one_place', "(kind = 'http') = (url IS NOT NULL) AND (kind = 'stdio') = (command IS NOT NULL)")
export class McpServer {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'mcp_servers_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'mcp_servers_organisation_fk' })
  organisation?: Relation<Organisation>;

  /** Whose it is; null: everybody's in the organisation. */
  @Column({ type: 'uuid', name: 'user_id', nullable: true })
  userId!: string | null;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'mcp_servers_user_fk' })
  user?: Relation<User> | null;

  @Column({ type: 'text' })
  kind!: 'http' | 'stdio';

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', nullable: true })
  url!: string | null;

  /** The name of a command that the installation allows. */
  @Column({ type: 'text', nullable: true })
  command!: string | null;

  /** Headers as JSON. */
  @Column({ type: 'text', name: 'headers_sealed', nullable: true })
  headersSealed!: string | null;

  @Column({ type: 'text', name: 'header_names', array: true })
  headerNames!: string[];

  @Column({ type: 'boolean', name: 'is_enabled' })
  isEnabled!: boolean;

  /** Of one call. */
  @Column({ type: 'int', name: 'timeout_seconds' })
  timeoutSeconds!: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;
}
