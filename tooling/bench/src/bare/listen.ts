import { once } from 'node:events';
import type { Server } from 'node:http';
import { at } from '../fields.ts';
import { onMessage, say } from '../talk.ts';

/** Listens on a free loopback port and says which. */
export async function listen(server: Server, onOrder: (message: unknown) => Promise<void> | void = () => undefined) {
  onMessage(onOrder);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  say({ type: 'listening', port: at(server.address(), 'port') });
}
