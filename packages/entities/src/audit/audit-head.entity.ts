import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where an organisation's record ends, and where what is left of it begins. */
@Entity({ name: 'audit_heads' })
export class AuditHead {
  @PrimaryColumn({ type: 'uuid', name: 'organisation_id', primaryKeyConstraintName: 'audit_heads_pkey' })
  organisationId!: string;

  @Column({ type: 'bigint', name: 'last_seq' })
  lastSeq!: number;

  @Column({ type: 'bytea', name: 'last_hash' })
  lastHash!: Buffer;

  /** The last entry that retention has removed. */
  @Column({ type: 'bigint', name: 'anchor_seq' })
  anchorSeq!: number;

  @Column({ type: 'bytea', name: 'anchor_hash' })
  anchorHash!: Buffer;

  @Column({ type: 'text', name: 'key_id' })
  keyId!: string;

  /** Over all of the above: an end that was cut off is seen. */
  @Column({ type: 'bytea' })
  mac!: Buffer;
}
