import type { Part } from '@atelier/contracts/parts';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Message } from './message.entity.ts';

/** One part of a message. A row each, so that a long answer costs no more per step than a short one. */
@Entity({ name: 'message_parts' })
export class MessagePart {
  @PrimaryColumn({ type: 'uuid', name: 'message_id', primaryKeyConstraintName: 'message_parts_pkey' })
  messageId!: string;

  @PrimaryColumn({ type: 'int', primaryKeyConstraintName: 'message_parts_pkey' })
  position!: number;

  @ManyToOne('Message', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'message_id', foreignKeyConstraintName: 'message_parts_message_fk' })
  message?: Relation<Message>;

  @Column({ type: 'json' })
  part!: Part;
}
