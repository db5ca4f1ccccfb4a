import * as z from 'zod';
import { sessionId } from './ids.ts';

/** Of one frame of input, in UTF-16 code units; what is longer is sent in several. */
export const maxInputLength = 16_384;
/** Of output that is kept for a reader who comes back. */
export const keptOutputBytes = 256 * 1024;
/** Of one frame of output: a reader who is given a smaller one has everything. */
export const outputFrameBytes = 64 * 1024;
/** Living ones at one time. */
export const maxTerminalsOfSession = 4;

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** The process of the server that holds the terminal, and the terminal in it. */
export const terminalId = z
  .string()
  .regex(new RegExp(`^${uuid}\\.${uuid}$`))
  .brand('TerminalId');
export type TerminalId = z.infer<typeof terminalId>;

const size = { columns: z.int().min(2).max(500), rows: z.int().min(1).max(300) };
const ref = { sessionId, terminalId };

export const listTerminalsInput = z.strictObject({ sessionId });
export const openTerminalInput = z.strictObject({ sessionId, ...size });
export const terminalRef = z.strictObject(ref);
export const resizeTerminalInput = z.strictObject({ ...ref, ...size });

/**
 * What was typed. Frames of one writer are applied in the order of `seq`, from 1, each once, however often and in which
 * order they come: a frame whose answer was lost is sent again as it was.
 */
export const writeTerminalInput = z.strictObject({
  ...ref,
  writerId: z.uuid(),
  seq: z.int().min(1).max(1_000_000_000),
  data: z.string().min(1).max(maxInputLength),
});

/** How it ended: `message` says which limit or rule ended it; null when the shell ended by itself or was closed. */
export const terminalEnd = z.strictObject({ exitCode: z.int().nullable(), message: z.string().nullable() });
export type TerminalEnd = z.infer<typeof terminalEnd>;

export const terminalDto = z.strictObject({
  id: terminalId,
  /** Counted in the session, for its name. */
  number: z.int().min(1),
  openedAt: z.iso.datetime(),
  /** Null while it lives. */
  end: terminalEnd.nullable(),
});
export type TerminalDto = z.infer<typeof terminalDto>;

export const terminalList = z.strictObject({ terminals: z.array(terminalDto) });

export const terminalOutputInput = z.strictObject({
  ...ref,
  /** A byte offset: the reader has everything before it. */
  lastEventId: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .nullish(),
});

/** `bytes` is base64. After a `reset` the screen is empty and `bytes` is what is left: what came before it is gone. */
export type TerminalFeed =
  | { readonly kind: 'output'; readonly bytes: string }
  | { readonly kind: 'reset'; readonly bytes: string }
  | { readonly kind: 'end'; readonly end: TerminalEnd };
