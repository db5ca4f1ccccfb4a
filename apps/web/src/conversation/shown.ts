import type { MessageDto } from '@atelier/contracts/messages';

interface Sent {
  readonly text: string;
  /** The end of the log when it was sent: its message comes after. */
  readonly afterSeq: number;
  /** Set once the server has it. */
  readonly messageId: string | null;
}

/**
 * Whether the log shows the message already, or has gone so far beyond it that it is not among these any more: the ids
 * of messages sort by time.
 */
export function isShown({ messageId, afterSeq, text }: Sent, messages: readonly MessageDto[]): boolean {
  const [oldest] = messages;
  if (messageId !== null && oldest) {
    return messageId < oldest.id || messages.some((message) => message.id === messageId || hasRead(message, messageId));
  }
  return messages.some((message) => message.role === 'user' && message.seq > afterSeq && textOf(message) === text);
}

/** Whether an answer has read the message while it was being written: it stands there, and no more by itself. */
function hasRead({ parts }: MessageDto, messageId: string): boolean {
  return parts.some((part) => part.type === 'steer' && part.messageId === messageId);
}

export function textOf(message: MessageDto): string {
  return message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
}
