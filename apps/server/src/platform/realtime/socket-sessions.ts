import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { HintBus } from './hint-bus.ts';

/** Private use range of RFC 6455: "your access token has ended, come back with a fresh one". */
const authExpired = 4401;
/** How long a stream goes on after its token ended. */
const graceMs = 5000;

interface Entry {
  readonly socket: WebSocket;
  signInId: string | null;
}

/** Which sockets belong to which sign-in, so that ending one reaches them. */
export class SocketSessions {
  readonly #byRequest = new Map<IncomingMessage, Entry>();

  constructor(hints: HintBus) {
    hints.on('signedOut', (signInId) => this.#closeSignIn(signInId));
  }

  add(request: IncomingMessage, socket: WebSocket): void {
    this.#byRequest.set(request, { socket, signInId: null });
    socket.once('close', () => this.#byRequest.delete(request));
  }

  /** Binds a socket to a sign-in. It is closed shortly after its token ends; the client returns with a fresh one. */
  bind(request: IncomingMessage, signInId: string, tokenEndsAt: Date): void {
    const entry = this.#byRequest.get(request);
    if (!entry) return;
    entry.signInId = signInId;
    const left = Math.max(0, tokenEndsAt.getTime() - Date.now()) + graceMs;
    const timer = setTimeout(() => entry.socket.close(authExpired, 'the access token has ended'), left);
    timer.unref();
    entry.socket.once('close', () => clearTimeout(timer));
  }

  closeRequest(request: IncomingMessage, code: number, reason: string): void {
    this.#byRequest.get(request)?.socket.close(code, reason);
  }

  #closeSignIn(signInId: string): void {
    for (const { socket, signInId: bound } of this.#byRequest.values()) {
      if (bound === signInId) socket.close(authExpired, 'signed out');
    }
  }
}
