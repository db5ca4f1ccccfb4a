import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { User } from '../users/user.entity.ts';

/** A person's authenticator app. Holds nothing until it is confirmed by a first code. */
@Entity({ name: 'totp_secrets' })
export class TotpSecret {
  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'totp_secrets_pkey' })
  userId!: string;

  @OneToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'totp_secrets_user_fk' })
  user?: Relation<User>;

  @Column({ type: 'text', name: 'secret_sealed' })
  secretSealed!: string;

  /** The time step of the last code that was taken: no code works twice. */
  @Column({ type: 'bigint', name: 'last_step', nullable: true })
  lastStep!: number | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'confirmed_at', precision: 3, nullable: true })
  confirmedAt!: Date | null;
}
