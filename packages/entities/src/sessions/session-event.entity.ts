import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One entry of a log. The payload is json, not jsonb: text comes back byte for byte, NUL and lone surrogates included. */
@Entity({ name: 'session_events' })
export class SessionEvent {
  @PrimaryColumn({ type: 'uuid', name: 'session_id', primaryKeyConstraintName: 'session_events_pkey' })
  sessionId!: string;

  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'session_events_pkey' })
  seq!: number;

  @Column({ type: 'text' })
  type!: string;

  @Column({ type: 'json' })
  payload!: object;

  @Column({ type: 'timestamptz', name: 'at', precision: 3 })
  at!: Date;
}
