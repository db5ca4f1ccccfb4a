import type { MessageDto } from '@atelier/contracts/messages';

interface Sent {
  readonly text: string;
  /** The end of the log when it was sent: its message comes after. */
  readonly afterSeq: number;
  /** Set once the server has it. */
  readonly messageId: string | null;
}

/** Whether the log shows the message already. */
export function isShown(item: Sent, messages: readonly MessageDto[]): boolean {
  return messages.some((message) =>
    item.messageId === null
      ? message.role === 'user' && message.seq > item.afterSeq && textOf(message) === item.text
      : message.id === item.messageId,
  );
}

export function textOf(message: MessageDto): string {
  return message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
}
