import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import type { User } from '../users/user.entity.ts';

/** A tenant. A personal one belongs to its person and is shared with nobody. */
@Entity({ name: 'organisations' })
@Unique('organisations_personal_user_key', ['personalUserId'])
@Index('organisations_archived', ['archivedAt'], { where: '(archived_at IS NOT NULL)' })
@Check('organisations_kind_known', "kind IN ('personal', 'shared')")
@Check('organisations_personal_has_user', "(kind = 'personal') = (personal_user_id IS NOT NULL)")
export class Organisation {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'organisations_pkey' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  kind!: 'personal' | 'shared';

  @Column({ type: 'uuid', name: 'personal_user_id', nullable: true })
  personalUserId!: string | null;

  @ManyToOne('User', { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'personal_user_id', foreignKeyConstraintName: 'organisations_personal_user_fk' })
  personalUser?: Relation<User>;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  /** Set when it was deleted: out of everybody's reach at once, purged later. */
  @Column({ type: 'timestamptz', name: 'archived_at', precision: 3, nullable: true })
  archivedAt!: Date | null;
}
