import type { WebSocket } from 'ws';
import { endSocket } from './end-socket.ts';
import type { Gate } from './follow-session.ts';

/** A subscription stops reading while more than this waits in its socket. */
const pauseAbove = 1024 * 1024;
/** A full socket from which nothing was taken for so long is closed: its reader resumes from the log. */
const closeAfterMs = 30_000;
/** One with more than this is not waited for as long. */
const impatientAbove = 4 * 1024 * 1024;
const closeSoonAfterMs = 1000;
const pollMs = 10;

/** "Try again later", RFC 6455's registry: the client reconnects and resumes. */
const tryAgainLater = 1013;

/** Backpressure of one socket. tRPC has none: without it, one paused reader takes hundreds of megabytes. */
export function socketGate(socket: WebSocket, onClosed: () => void): Gate {
  return {
    async ready(signal) {
      let least = Number.POSITIVE_INFINITY;
      let takenAt = performance.now();
      while (socket.bufferedAmount > pauseAbove && !signal.aborted && socket.readyState === socket.OPEN) {
        const waiting = socket.bufferedAmount;
        if (waiting < least) {
          least = waiting;
          takenAt = performance.now();
        }
        if (performance.now() - takenAt > (waiting > impatientAbove ? closeSoonAfterMs : closeAfterMs)) {
          onClosed();
          endSocket(socket, tryAgainLater, 'slow reader: resume from the log');
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    },
  };
}

/** For readers that are not behind a socket. */
export const openGate: Gate = { ready: () => Promise.resolve() };
