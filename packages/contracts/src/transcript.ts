import * as z from 'zod';
import { type SessionEvent, sessionEvent } from './events.ts';
import { seq } from './ids.ts';
import { messageDto } from './messages.ts';
import { pipelineRunDto } from './pipeline-runs.ts';
import { runDto, usage } from './runs.ts';
import { sessionDto } from './sessions.ts';
import { todoList } from './todos.ts';

/**
 * Everything a viewer of one session sees, and the `seq` it covers: the answer of `sessions.open`, and the state
 * that `foldEvent` carries on from there.
 */
export const transcript = z.strictObject({
  session: sessionDto,
  /** The latest page, oldest first; superseded ones are left out. */
  messages: z.array(messageDto),
  hasOlder: z.boolean(),
  /** Runs that wait for their turn, in order; the message each answers is among `messages`. */
  queue: z.array(runDto),
  todos: todoList,
  /** What all runs of the session took, with answers that are no longer shown. */
  usage,
  /** The pipeline that was started last, if any. */
  pipeline: pipelineRunDto.nullable(),
  /** Rises whenever files of the workspace changed: a file list shown under an older number is stale. */
  filesVersion: z.number().int(),
  seq,
});
export type Transcript = z.infer<typeof transcript>;

/** What `sessions.events` yields: entries in order, or a fresh snapshot for a reader from before the compacted part. */
export type SessionFeed =
  | { readonly kind: 'events'; readonly events: readonly SessionEvent[] }
  | { readonly kind: 'reset'; readonly transcript: Transcript };

export const sessionFeed: z.ZodType<SessionFeed> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('events'), events: z.array(sessionEvent) }),
  z.strictObject({ kind: z.literal('reset'), transcript }),
]);
