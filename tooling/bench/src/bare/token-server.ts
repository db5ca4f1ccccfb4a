import { createServer } from 'node:http';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { numberAt } from '../fields.ts';
import { listen } from './listen.ts';

/** A plain socket server: one word a message, to every socket, as fast as they go out. */
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const fullAbove = 1024 * 1024;

await listen(server, async (order) => {
  const count = numberAt(order, 'tokens');
  for (let number = 1; number <= count; number += 1) {
    const text = `t${String(number).padStart(6, '0')} `;
    for (const socket of sockets.clients) socket.send(text);
    await turn();
    while ([...sockets.clients].some((socket) => socket.bufferedAmount > fullAbove)) await sleep(1);
  }
});
