import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * What was used of a limit in its current window. The table is unlogged: after a crash of PostgreSQL everybody begins
 * anew. rate-limiter-flexible names the columns; `expire` is in milliseconds since 1970.
 */
@Entity({ name: 'rate_limits' })
@Index('rate_limits_by_expire', ['expire'])
export class RateLimit {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'rate_limits_pkey' })
  key!: string;

  @Column({ type: 'integer', default: 0 })
  points!: number;

  @Column({ type: 'bigint', nullable: true })
  expire!: number | null;
}
