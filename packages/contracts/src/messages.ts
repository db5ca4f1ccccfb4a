import * as z from 'zod';
import { clientId, instant, messageId, runId, seq, sessionId, uploadId, userId } from './ids.ts';
import { part } from './parts.ts';
import { runDto } from './runs.ts';

/** As many files go with one message, beside its text. */
export const messageMaxFiles = 20;

/** The longest text of one message, in UTF-16 code units. Longer text goes by upload. */
export const messageMaxCharacters = 200_000;

export const messageDto = z.strictObject({
  id: messageId,
  /** The message it follows: siblings are alternatives (an answer and its retry). Null for the first. */
  parentId: messageId.nullable(),
  role: z.enum(['user', 'agent']),
  author: z.strictObject({ userId, name: z.string() }).nullable(),
  /** The place in the log at which it came to be: messages are ordered by it. */
  seq,
  createdAt: instant,
  parts: z.array(part),
  /** The latest run that writes this answer; null for a user's message. */
  run: runDto.nullable(),
  /** Set when a retry has taken its place: such a message is no longer shown or sent to the model. */
  isSuperseded: z.boolean(),
});
export type MessageDto = z.infer<typeof messageDto>;

/** A message before the log has given it its place. */
export const newMessageDto = messageDto.omit({ seq: true });

export const sendPart = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1).max(messageMaxCharacters) }),
  z.strictObject({ type: z.literal('file'), uploadId }),
]);
export type SendPart = z.infer<typeof sendPart>;

export const sendMessageInput = z.strictObject({
  sessionId,
  clientId,
  parts: z
    .array(sendPart)
    .min(1)
    .max(1 + messageMaxFiles),
  /**
   * Where an answer is being written, it is to read the message before its next step. If it ends before that, and where none
   * is being written, the message is answered like any other.
   */
  steers: z.boolean().default(false),
});

/** Ids of what a send, a retry or a continue has set going; the same for the same `clientId`. */
export const sentDto = z.strictObject({ messageId, runId });
export type SentDto = z.infer<typeof sentDto>;

export const historyInput = z.strictObject({
  sessionId,
  /** Messages before this `seq`. */
  before: seq,
  limit: z.number().int().min(1).max(100).default(30),
});
/** Oldest first. `hasOlder`: there are messages before the first of these. */
export const historyPage = z.strictObject({ items: z.array(messageDto), hasOlder: z.boolean() });
export type HistoryPage = z.infer<typeof historyPage>;
