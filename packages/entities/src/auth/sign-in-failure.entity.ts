import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How often in a row a sign-in failed for an address, known or not. The key is a keyed hash of it. */
@Entity({ name: 'sign_in_failures' })
@Index('sign_in_failures_by_time', ['lastFailedAt'])
export class SignInFailure {
  @PrimaryColumn({ type: 'bytea', primaryKeyConstraintName: 'sign_in_failures_pkey' })
  key!: Buffer;

  @Column({ type: 'integer' })
  failures!: number;

  @Column({ type: 'timestamptz', name: 'last_failed_at', precision: 3 })
  lastFailedAt!: Date;
}
