import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sessionId as toSessionId } from '@atelier/contracts/ids';
import type { Bench } from '../bench.ts';
import { at, textAt } from '../fields.ts';

const file = 'numbers.txt';

/** A session whose workspace has a file to read in. */
export async function sessionWithFile(bench: Bench): Promise<string> {
  const id = await bench.sessionId();
  const text = Array.from({ length: 400 }, (_, n) => `line ${n + 1}\n`).join('');
  await askAgent(bench, id, `[[tool write_file ${JSON.stringify({ path: file, text })}]] [[say written]]`);
  return id;
}

/** A model call that says a word and reads one line, so many times; then a last word. No two calls are the same. */
export function readingSteps(count: number): string {
  const read = (n: number) => `[[say s]] [[tool read_file ${JSON.stringify({ path: file, fromLine: n, lines: 1 })}]]`;
  return `${Array.from({ length: count }, (_, n) => read(n + 1)).join(' ')} [[say done]]`;
}

/**
 * Sends a message and waits for the answer's end with nobody reading along. The run's id.
 * @throws Error unless it succeeded.
 */
export async function askAgent(bench: Bench, sessionId: string, script: string): Promise<string> {
  const client = await bench.once('agent-runs', () => bench.client());
  const { runId } = await client.api.messages.send.mutate({
    sessionId: toSessionId.parse(sessionId),
    clientId: randomUUID(),
    parts: [{ type: 'text', text: script }],
  });
  for (;;) {
    await sleep(200);
    const [run] = await bench.sql('SELECT state, error FROM runs WHERE id = $1', [runId]);
    const state = textAt(run, 'state');
    if (state === 'succeeded') return runId;
    if (state !== 'queued' && state !== 'running') throw new Error(`The run ${state}: ${String(at(run, 'error'))}`);
  }
}
