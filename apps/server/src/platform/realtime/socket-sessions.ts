import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { endSocket } from './end-socket.ts';
import type { HintBus } from './hint-bus.ts';

/** Private use range of RFC 6455: "your access token has ended, come back with a fresh one". */
const authExpired = 4401;
/** How long a stream goes on after its token ended, and a socket that began without a good one. */
const graceMs = 5000;

interface Entry {
  readonly socket: WebSocket;
  signInId: string | null;
  /** Closes the socket unless somebody is bound to it before. */
  readonly unbound: NodeJS.Timeout;
}

/** Which sockets belong to which sign-in, so that ending one reaches them. */
export class SocketSessions {
  readonly #byRequest = new Map<IncomingMessage, Entry>();

  constructor(hints: HintBus) {
    hints.on('signedOut', (signInId) => this.#closeSignIn(signInId));
  }

  /** A socket that has said its first frame. One that nobody turns out to be signed in at is of no use to anybody. */
  add(request: IncomingMessage, socket: WebSocket): void {
    const unbound = setTimeout(() => endSocket(socket, authExpired, 'nobody is signed in here'), graceMs);
    unbound.unref();
    this.#byRequest.set(request, { socket, signInId: null, unbound });
    socket.once('close', () => {
      clearTimeout(unbound);
      this.#byRequest.delete(request);
    });
  }

  /** Binds a socket to a sign-in. It is closed shortly after its token ends; the client returns with a fresh one. */
  bind(request: IncomingMessage, signInId: string, tokenEndsAt: Date): void {
    const entry = this.#byRequest.get(request);
    if (!entry) return;
    clearTimeout(entry.unbound);
    entry.signInId = signInId;
    const left = Math.max(0, tokenEndsAt.getTime() - Date.now()) + graceMs;
    const timer = setTimeout(() => endSocket(entry.socket, authExpired, 'the access token has ended'), left);
    timer.unref();
    entry.socket.once('close', () => clearTimeout(timer));
  }

  closeRequest(request: IncomingMessage, code: number, reason: string): void {
    const entry = this.#byRequest.get(request);
    if (entry) endSocket(entry.socket, code, reason);
  }

  #closeSignIn(signInId: string): void {
    for (const { socket, signInId: bound } of this.#byRequest.values()) {
      if (bound === signInId) endSocket(socket, authExpired, 'signed out');
    }
  }
}
