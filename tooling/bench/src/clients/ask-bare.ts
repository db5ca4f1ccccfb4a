import { textAt } from '../fields.ts';
import { checkWords } from '../statistics.ts';
import type { Answered } from './followed-session.ts';

/** Asks the bare server, and reads its events to the end. */
export async function askBare(url: string, script: string, words: number): Promise<Answered> {
  const sentAt = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: script }),
  });
  if (!response.ok || !response.body) throw new Error(`The bare server answered ${response.status}.`);
  let firstTokenMs = 0;
  let text = '';
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + chunk).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      if (event === 'data: [DONE]') continue;
      text += textAt(JSON.parse(event.slice('data: '.length)), 'text');
      if (firstTokenMs === 0 && text !== '') firstTokenMs = performance.now() - sentAt;
    }
  }
  checkWords(text, words);
  return { firstTokenMs };
}
