import type { WebSocket } from 'ws';
import { endSocket } from './end-socket.ts';
import type { Gate } from './follow-session.ts';

/** A subscription stops reading while more than this waits in its socket. */
const pauseAbove = 1024 * 1024;
/** A socket with more than this, or one that stayed full for long, is closed: its reader resumes from the log. */
const closeAbove = 4 * 1024 * 1024;
const closeAfterMs = 30_000;
const pollMs = 10;

/** "Try again later", RFC 6455's registry: the client reconnects and resumes. */
const tryAgainLater = 1013;

/** Backpressure of one socket. tRPC has none: without it, one paused reader takes hundreds of megabytes. */
export function socketGate(socket: WebSocket, onClosed: () => void): Gate {
  return {
    async ready(signal) {
      const startedAt = performance.now();
      while (socket.bufferedAmount > pauseAbove && !signal.aborted && socket.readyState === socket.OPEN) {
        if (socket.bufferedAmount > closeAbove || performance.now() - startedAt > closeAfterMs) {
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
