import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { User } from '../users/user.entity.ts';
import type { SocketServer } from './socket-server.entity.ts';

/** An open socket of a person, at the process that holds it. */
@Entity({ name: 'socket_leases' })
@Index('socket_leases_by_user', ['userId'])
@Index('socket_leases_by_server', ['serverId'])
export class SocketLease {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'socket_leases_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'user_id' })
  userId!: string;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'socket_leases_user_fk' })
  user?: Relation<User>;

  @Column({ type: 'uuid', name: 'server_id' })
  serverId!: string;

  @ManyToOne('SocketServer', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'server_id', foreignKeyConstraintName: 'socket_leases_server_fk' })
  server?: Relation<SocketServer>;
}
