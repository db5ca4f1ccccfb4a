import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Organisation } from '../organisations/organisation.entity.ts';
import type { User } from '../users/user.entity.ts';

/** How much may be spent in an organisation: by all together, by each member, or by one of them. */
@Entity({ name: 'budgets' })
@Index('budgets_by_organisation', ['organisationId'])
@Index('budgets_by_user', ['userId'])
@Index('budgets_of_all', ['organisationId', 'scope'], { unique: true, where: '(user_id IS NULL)' })
@Index('budgets_of_one', ['organisationId', 'userId'], { unique: true, where: '(user_id IS NOT NULL)' })
@Check('budgets_scope_known', "scope IN ('organisation', 'each_member', 'member')")
@Check('budgets_member_named', "(scope = 'member') = (user_id IS NOT NULL)")
@Check('budgets_not_empty', 'monthly_cost IS NOT NULL OR daily_tokens IS NOT NULL')
export class Budget {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'budgets_pkey' })
  id!: string;

  @Column({ type: 'uuid', name: 'organisation_id' })
  organisationId!: string;

  @ManyToOne('Organisation', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'organisation_id', foreignKeyConstraintName: 'budgets_organisation_fk' })
  organisation?: Relation<Organisation>;

  @Column({ type: 'text' })
  scope!: 'organisation' | 'each_member' | 'member';

  @Column({ type: 'uuid', name: 'user_id', nullable: true })
  userId!: string | null;

  @ManyToOne('User', { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'budgets_user_fk' })
  user?: Relation<User>;

  /** Micro-dollars a calendar month (UTC); null: as many as they like. */
  @Column({ type: 'bigint', name: 'monthly_cost', nullable: true })
  monthlyCost!: number | null;

  /** Of input and output together, a day (UTC); null: as many as they like. */
  @Column({ type: 'bigint', name: 'daily_tokens', nullable: true })
  dailyTokens!: number | null;
}
