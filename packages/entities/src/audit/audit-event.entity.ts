import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Who did what, when, to what, and how it ended. Never changed; each row's hash covers the one before. */
@Entity({ name: 'audit_events' })
@Index('audit_events_by_time', ['organisationId', 'at'])
@Index('audit_events_by_action', ['organisationId', 'action', 'seq'])
@Index('audit_events_by_actor', ['organisationId', 'actorId', 'seq'])
@Index('audit_events_by_target', ['organisationId', 'targetId', 'seq'])
@Check('audit_events_outcome_known', "outcome IN ('ok', 'denied', 'failed')")
export class AuditEvent {
  @PrimaryColumn({ type: 'uuid', name: 'organisation_id', primaryKeyConstraintName: 'audit_events_pkey' })
  organisationId!: string;

  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'audit_events_pkey' })
  seq!: number;

  @Column({ type: 'timestamptz', precision: 3 })
  at!: Date;

  @Column({ type: 'text' })
  event!: string;

  @Column({ type: 'text' })
  action!: string;

  @Column({ type: 'text', name: 'actor_kind' })
  actorKind!: string;

  @Column({ type: 'uuid', name: 'actor_id', nullable: true })
  actorId!: string | null;

  @Column({ type: 'text', name: 'actor_name', nullable: true })
  actorName!: string | null;

  @Column({ type: 'text', name: 'sign_in_hash', nullable: true })
  signInHash!: string | null;

  @Column({ type: 'text', nullable: true })
  ip!: string | null;

  @Column({ type: 'text', name: 'user_agent', nullable: true })
  userAgent!: string | null;

  @Column({ type: 'text', name: 'target_kind' })
  targetKind!: string;

  @Column({ type: 'text', name: 'target_id', nullable: true })
  targetId!: string | null;

  @Column({ type: 'text' })
  outcome!: 'ok' | 'denied' | 'failed';

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  /** What was and what is, byte for byte as it was hashed. */
  @Column({ type: 'json', nullable: true })
  change!: object | null;

  @Column({ type: 'text', name: 'request_id', nullable: true })
  requestId!: string | null;

  @Column({ type: 'text', name: 'key_id' })
  keyId!: string;

  @Column({ type: 'bytea' })
  hash!: Buffer;
}
