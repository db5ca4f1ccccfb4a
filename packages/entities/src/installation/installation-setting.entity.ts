import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { User } from '../users/user.entity.ts';

/** What an administrator has set in the app; without a row the environment's value holds. */
@Entity({ name: 'installation_settings' })
@Index('installation_settings_by_person', ['updatedBy'])
export class InstallationSetting {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'installation_settings_pkey' })
  key!: string;

  @Column({ type: 'jsonb' })
  value!: unknown;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;

  @Column({ type: 'uuid', name: 'updated_by', nullable: true })
  updatedBy!: string | null;

  @ManyToOne('User', { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'updated_by', foreignKeyConstraintName: 'installation_settings_updated_by_fk' })
  person?: Relation<User>;
}
