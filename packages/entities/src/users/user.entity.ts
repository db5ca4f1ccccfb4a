import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person. The e-mail address is theirs alone, whatever its capitals: the index `users_email_key` is on lower(email). */
@Entity({ name: 'users' })
@Index('users_email_key', { synchronize: false })
export class User {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}
