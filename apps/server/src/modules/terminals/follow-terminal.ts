import { outputFrameBytes, type TerminalFeed } from '@atelier/contracts/terminals';
import type { Gate } from '../../platform/realtime/follow-session.ts';
import type { Terminal } from './terminal.ts';

/** A program that writes line by line is sent on in frames of several. */
const gatherMs = 5;

export interface FollowOptions {
  readonly after: number;
  readonly signal: AbortSignal;
  readonly gate: Gate;
}

export interface TerminalStep {
  /** Where the reader stands afterwards. */
  readonly offset: number;
  readonly feed: TerminalFeed;
}

/** What is kept from `after` on, then live, every byte once. A reader from before what is kept is told so by a reset. */
export async function* followTerminal(
  terminal: Terminal,
  { after, signal, gate }: FollowOptions,
): AsyncGenerator<TerminalStep, void> {
  const { ring } = terminal;
  const isKnown = (offset: number) => offset >= ring.start && offset <= ring.end;
  // Somebody who has missed much holds nobody up: what they missed is gone or kept, whether the shell goes on or not.
  const reader = terminal.join(isKnown(after) ? after : ring.start);
  let needsReset = !isKnown(after);
  try {
    while (!signal.aborted) {
      await gate.ready(signal);
      if (signal.aborted) return;
      if (!isKnown(reader.offset)) {
        needsReset = true;
        reader.offset = ring.start;
      }
      const bytes = ring.read(reader.offset, outputFrameBytes);
      if (bytes.length > 0 || needsReset) {
        const kind = needsReset ? 'reset' : 'output';
        needsReset = false;
        const offset = reader.offset + bytes.length;
        yield { offset, feed: { kind, bytes: bytes.toString('base64') } };
        terminal.advance(reader, offset);
      } else if (terminal.end) {
        yield { offset: reader.offset, feed: { kind: 'end', end: terminal.end } };
        return;
      } else {
        await terminal.changed(reader.offset, signal);
        await new Promise((resolve) => setTimeout(resolve, gatherMs));
      }
    }
  } finally {
    terminal.leave(reader);
  }
}
