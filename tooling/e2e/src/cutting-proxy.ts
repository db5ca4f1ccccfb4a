import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy extends AsyncDisposable {
  readonly url: string;
  readonly openConnections: number;
  /** Breaks every connection that is open now. New ones are let through. */
  cut(): void;
  /** Nothing goes through what is open now, and nobody is told: a half-open connection. New ones are let through. */
  freeze(): void;
  /** Breaks what is open, and what is new, for so long. */
  down(ms: number): void;
  /** What is new is let through only after so long, until told otherwise. */
  slow(ms: number): void;
}

/** Stands between client and server, and breaks connections when told to. `target` is asked for at each connection. */
export async function startCuttingProxy(target: () => string): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let isDown = false;
  let slowMs = 0;
  const server = createServer((client) => {
    if (isDown) return client.destroy();
    const upstream = connect(Number(new URL(target()).port), 'localhost');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      // The other end sees the break; nobody else has to.
      socket.on('error', () => undefined);
    }
    setTimeout(() => client.pipe(upstream).pipe(client), slowMs);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://localhost:${address.port}`,
    get openConnections() {
      return sockets.size / 2;
    },
    cut,
    freeze() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    down(ms) {
      isDown = true;
      for (const socket of sockets) socket.resetAndDestroy();
      setTimeout(() => {
        isDown = false;
      }, ms);
    },
    slow(ms) {
      slowMs = ms;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}
