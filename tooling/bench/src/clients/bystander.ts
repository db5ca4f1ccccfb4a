import { randomUUID } from 'node:crypto';
import type { AtelierClient } from '@atelier/client';
import { sessionId as toSessionId } from '@atelier/contracts/ids';
import { isTerminal } from '@atelier/contracts/runs';
import { checkWords } from '../statistics.ts';

/** Asks for stamped words and reads along. Milliseconds from each word's writing to its showing here. */
export async function readAlong(client: AtelierClient, id: string, words: number): Promise<readonly number[]> {
  const sessionId = toSessionId.parse(id);
  const stop = new AbortController();
  const delays: number[] = [];
  let text = '';
  const script = `[[tokens ${words} stamped @50/s]]`;
  await client.api.messages.send.mutate({ sessionId, clientId: randomUUID(), parts: [{ type: 'text', text: script }] });
  for await (const { messages } of client.followSession(sessionId, { signal: stop.signal })) {
    const now = Date.now();
    const answer = messages.findLast(({ role }) => role === 'agent');
    text = answer?.parts.map((part) => (part.type === 'text' ? part.text : '')).join('') ?? '';
    // A word without its end may still be on its way.
    const stamps = [...text.matchAll(/t\d{6}@(\d{13})\s/g)].map(([, stamp]) => Number(stamp));
    for (const stamp of stamps.slice(delays.length)) delays.push(now - stamp);
    if (!isTerminal(answer?.run?.state ?? 'queued')) continue;
    if (answer?.run?.state !== 'succeeded') throw new Error(`The run ${answer?.run?.state}.`);
    stop.abort();
    break;
  }
  checkWords(text, words);
  return delays;
}
