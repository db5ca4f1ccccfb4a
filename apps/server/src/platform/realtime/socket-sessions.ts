import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Logger } from '../telemetry/logger.ts';
import type { SignedIn } from '../trpc/context.ts';
import { endSocket } from './end-socket.ts';
import type { HintBus } from './hint-bus.ts';

/** Private use range of RFC 6455: "your access token has ended, come back with a fresh one". */
const authExpired = 4401;
/** How long a stream goes on after its token ended, and a socket that began without a good one. */
const graceMs = 5000;
/** Access that ends reaches every socket within five seconds, whether a hint comes or not. */
const lookEveryMs = 4000;

interface Entry {
  readonly socket: WebSocket;
  principal: SignedIn | null;
  /** Closes the socket unless somebody is bound to it before. */
  readonly unbound: NodeJS.Timeout;
}

export interface SocketSessionsOptions {
  readonly hints: HintBus;
  /** Which of these still hold as they are: the same credential, person, organisation and roles. In the same order. */
  readonly stillHold: (principals: readonly SignedIn[]) => Promise<readonly boolean[]>;
  readonly log: Logger;
}

/**
 * What each socket was opened by, so that ending it reaches them: a sign-in that is ended, a key that is revoked, a person
 * who is suspended, removed or given another role. Hints make it quick; a look every few seconds makes it sure.
 */
export class SocketSessions {
  readonly #options: SocketSessionsOptions;
  readonly #byRequest = new Map<IncomingMessage, Entry>();
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;

  constructor(options: SocketSessionsOptions) {
    this.#options = options;
    options.hints.on('signedOut', (signInId) => this.#closeSignIn(signInId));
    options.hints.on('access', (userId) => void this.#look(({ principal }) => principal?.userId === userId));
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#isLooking) return;
      this.#isLooking = true;
      void this.#look(() => true).finally(() => {
        this.#isLooking = false;
      });
    }, lookEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** A socket that has said its first frame. One that nobody turns out to be signed in at is of no use to anybody. */
  add(request: IncomingMessage, socket: WebSocket): void {
    const unbound = setTimeout(() => endSocket(socket, authExpired, 'nobody is signed in here'), graceMs);
    unbound.unref();
    this.#byRequest.set(request, { socket, principal: null, unbound });
    socket.once('close', () => {
      clearTimeout(unbound);
      this.#byRequest.delete(request);
    });
  }

  /**
   * Binds a socket to whoever opened it, as they were just read. It is closed shortly after what they showed ends, null:
   * it does not; the client returns with something fresh.
   */
  bind(request: IncomingMessage, principal: SignedIn, endsAt: Date | null): void {
    const entry = this.#byRequest.get(request);
    if (!entry) return;
    clearTimeout(entry.unbound);
    entry.principal = principal;
    if (endsAt) this.#closeAt(entry.socket, endsAt.getTime() + graceMs);
  }

  closeRequest(request: IncomingMessage, code: number, reason: string): void {
    const entry = this.#byRequest.get(request);
    if (entry) endSocket(entry.socket, code, reason);
  }

  /** A timer holds 24 days at most; what lasts longer is looked at again then. */
  #closeAt(socket: WebSocket, at: number): void {
    const longest = 2 ** 31 - 1;
    const left = Math.max(0, at - Date.now());
    const timer = setTimeout(
      () => (left > longest ? this.#closeAt(socket, at) : endSocket(socket, authExpired, 'the access token has ended')),
      Math.min(left, longest),
    );
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  }

  #closeSignIn(signInId: string): void {
    for (const { socket, principal } of this.#byRequest.values()) {
      if (principal?.credential.id === signInId) endSocket(socket, authExpired, 'signed out');
    }
  }

  /** Asks about all at once. While the database is away nobody is closed: nothing is known of them, and nothing is served. */
  async #look(isMeant: (entry: Entry) => boolean): Promise<void> {
    const { stillHold, log } = this.#options;
    const entries = [...this.#byRequest.values()].filter((entry) => entry.principal !== null && isMeant(entry));
    // Each is in the list because somebody is bound to it.
    const principals = entries.flatMap(({ principal }) => principal ?? []);
    if (principals.length === 0) return;
    try {
      const holds = await stillHold(principals);
      for (const [index, { socket }] of entries.entries()) {
        if (!holds[index]) endSocket(socket, authExpired, 'access has changed');
      }
    } catch (error) {
      log.warn({ error }, 'whether sockets may stay open could not be asked; trying again');
    }
  }
}
