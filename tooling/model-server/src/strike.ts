import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerStream, Tokens } from './dialect.ts';
import type { MidStreamFault } from './script.ts';
import type { EventStream } from './sse.ts';

/** Does to the stream what the fault says. @returns whether the answer has ended by it */
export async function strike(stream: AnswerStream, fault: MidStreamFault, tokens: Tokens): Promise<boolean> {
  const { events } = stream;
  switch (fault.type) {
    case 'pause':
      await sleep(fault.amount);
      return false;
    case 'silence':
      while (events.isOpen) await sleep(50);
      return true;
    case 'filter':
      await stream.finish('filter', tokens);
      return true;
    case 'end':
      events.end();
      return true;
    case 'cut':
      break;
    case 'fail':
      await stream.fail();
      break;
    case 'order':
      await stream.outOfOrder();
      events.end();
      return true;
    case 'garbage':
      await events.write('data: {"choices": [{"delta": <html>502 Bad Gateway\n\n');
      break;
    case 'cutjson':
      await events.write(`${stream.textEvent('half of an event').slice(0, -20)}\n\n`);
      break;
    case 'utf8':
      await writeBrokenText(stream);
      break;
    case 'line':
      await writeLongLine(stream, fault.amount);
      break;
  }
  events.cut();
  return true;
}

/** The first byte of a sequence that never comes whole, in a chunk of its own. */
async function writeBrokenText(stream: AnswerStream): Promise<void> {
  const [before = '', after = ''] = stream.textEvent('here:<>').split('<>');
  await stream.events.write(Buffer.concat([Buffer.from(before), Buffer.from([0xf0])]));
  await sleep(20);
  await stream.events.write(Buffer.concat([Buffer.from([0x28]), Buffer.from(after)]));
}

async function writeLongLine(stream: AnswerStream, mebibytes: number): Promise<void> {
  const [before = '', after = ''] = stream.textEvent('<>').split('<>');
  await stream.events.write(before);
  await writeMebibytes(stream.events, mebibytes);
  await stream.events.write(after);
}

async function writeMebibytes(events: EventStream, count: number): Promise<void> {
  const piece = 'x'.repeat(64 * 1024);
  for (let left = count * 16; left > 0; left -= 1) await events.write(piece);
}
