import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket, { type RawData } from 'ws';
import { at, numberAt, textAt } from '../fields.ts';
import { onMessage, say } from '../talk.ts';

/** Many sockets in one process, with as little work for a message as counting its words takes. */
let sockets: WebSocket[] = [];
/** Opened at a time: a listening socket's backlog holds 511. */
const together = 50;

onMessage(async (order) => {
  if (at(order, 'type') === 'close') {
    for (const socket of sockets) socket.terminate();
    sockets = [];
    await sleep(200);
    return say({ type: 'closed' });
  }
  await open(order);
});

async function open(order: unknown): Promise<void> {
  const url = textAt(order, 'url');
  const expected = numberAt(order, 'tokens');
  const total = numberAt(order, 'sockets');
  const framesOf = at(order, 'frames');
  const frames: readonly unknown[] = Array.isArray(framesOf) ? framesOf : [];
  const tally = { firstAt: 0, lastAt: 0, done: 0, messages: 0 };
  for (let from = 0; from < total; from += together) {
    const some = Array.from({ length: Math.min(together, total - from) }, (_, index) => {
      const own = frames[(from + index) % Math.max(1, frames.length)];
      return connect(url, Array.isArray(own) ? own.map(String) : [], counter(expected, total, tally));
    });
    sockets.push(...(await Promise.all(some)));
  }
  say({ type: 'open' });
}

/** Counts one socket's words; the last socket that has them all reports. */
function counter(
  expected: number,
  total: number,
  tally: { firstAt: number; lastAt: number; done: number; messages: number },
): (text: string) => void {
  const word = /t(\d{6})/g;
  let count = 0;
  return (text) => {
    const before = count;
    word.lastIndex = 0;
    while (word.test(text)) count += 1;
    if (count === before) return;
    tally.messages += 1;
    tally.lastAt = performance.now();
    if (before === 0 && tally.firstAt === 0) tally.firstAt = tally.lastAt;
    if (count < expected) return;
    // More than there are, or another one at the end than the last: a word came twice.
    const isRight = count === expected && text.lastIndexOf(`t${String(expected).padStart(6, '0')}`) !== -1;
    if (!isRight) return say({ type: 'done', error: `a socket has counted ${count} of ${expected} words` });
    tally.done += 1;
    if (tally.done === total) {
      say({ type: 'done', seconds: (tally.lastAt - tally.firstAt) / 1000, messages: tally.messages });
    }
  };
}

/** Resolves when the socket is open and, if it had anything to ask for, the first answer is there. */
function connect(url: string, frames: readonly string[], onText: (text: string) => void): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('error', reject);
    socket.on('open', () => {
      for (const frame of frames) socket.send(frame);
      if (frames.length === 0) resolve(socket);
    });
    let isStarted = false;
    socket.on('message', (data: RawData) => {
      const text = data.toString();
      if (text === 'PING') return socket.send('PONG');
      if (!isStarted && text.includes('"error"')) return reject(new Error(text.slice(0, 300)));
      if (!isStarted) resolve(socket);
      isStarted = true;
      onText(text);
    });
  });
}
