import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A process that holds sockets, for as long as it says so: what it holds counts until `expiresAt`. */
@Entity({ name: 'socket_servers' })
@Index('socket_servers_by_expiry', ['expiresAt'])
export class SocketServer {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'socket_servers_pkey' })
  id!: string;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3 })
  expiresAt!: Date;
}
