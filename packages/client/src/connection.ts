import { createWSClient, type TRPCWebSocketClient } from '@trpc/client';
import { DecidedSocket } from './decided-socket.ts';
import type { TokenSource } from './token-source.ts';

export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting';

/** First try at once, then with growing pauses and jitter: a restarted server is not met by everybody at once. */
export function reconnectDelayMs(attempt: number): number {
  if (attempt === 0) return 0;
  const ceiling = Math.min(250 * 2 ** attempt, 4000);
  return ceiling / 2 + Math.random() * (ceiling / 2);
}

/** RFC 6455's registry, "try again later": the server has too much to do, or this person too many sockets. */
const tryAgainLater = 1013;

/**
 * The pauses of one connection. A socket that opens and is then sent away looks to tRPC like one that was cut: it would
 * come back at once, again and again. So each such refusal in a row makes the pause longer, up to half a minute.
 */
export class ReconnectPauses {
  #refusals = 0;

  closed(code: number | undefined): void {
    this.#refusals = code === tryAgainLater ? this.#refusals + 1 : 0;
  }

  delayMs(attempt: number): number {
    if (this.#refusals === 0) return reconnectDelayMs(attempt);
    const ceiling = Math.min(1000 * 2 ** this.#refusals, 30_000);
    return Math.max(reconnectDelayMs(attempt), ceiling / 2 + Math.random() * (ceiling / 2));
  }
}

export interface Connection {
  readonly client: TRPCWebSocketClient;
  readonly state: ConnectionState;
  /** Opens anew, with the token of the moment; what was subscribed to goes on. */
  reconnect(): void;
  /** Calls `listener` after each change of `state`. Returns how to stop. */
  subscribe(listener: () => void): () => void;
}

/** One WebSocket for all subscriptions, opened by the first. It says who it is in the first frame, each time anew. */
export function openConnection(url: string, tokens: TokenSource): Connection {
  const listeners = new Set<() => void>();
  let state: ConnectionState = 'idle';
  let wasConnected = false;
  const set = (next: ConnectionState) => {
    if (next === state) return;
    state = next;
    for (const listener of [...listeners]) listener();
  };
  const pauses = new ReconnectPauses();
  const client = createWSClient({
    url,
    WebSocket: DecidedSocket,
    onClose: (cause) => pauses.closed(cause?.code),
    lazy: { enabled: true, closeMs: 10_000 },
    retryDelayMs: (attempt) => pauses.delayMs(attempt),
    keepAlive: { enabled: true, intervalMs: 20_000, pongTimeoutMs: 5000 },
    connectionParams: async () => {
      const token = await tokens.token();
      return token === null ? {} : { token };
    },
  });
  client.connectionState.subscribe({
    next(change) {
      if (change.state === 'pending') {
        wasConnected = true;
        set('connected');
      } else if (change.state === 'connecting') {
        set(wasConnected ? 'reconnecting' : 'connecting');
      } else {
        wasConnected = false;
        set('idle');
      }
    },
  });
  return {
    client,
    get state() {
      return state;
    },
    reconnect: () => client.connection?.ws.close(),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
