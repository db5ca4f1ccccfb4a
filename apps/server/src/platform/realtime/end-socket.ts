import type { WebSocket } from 'ws';

/** A client that is asked to go and does not go is cut off after so long. */
const graceMs = 1000;

/** Closes a socket with a code and a reason that its client can read, and does not wait for its consent. */
export function endSocket(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), graceMs).unref();
}
