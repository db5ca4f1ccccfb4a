import { setTimeout as sleep } from 'node:timers/promises';
import { startModelServer } from '@atelier/model-server/model-server';
import { expect, test } from 'vitest';
import { latestRun, newPerson, newSession, send } from '../src/people.ts';
import { modelSettings, RunningProgram } from '../src/program.ts';
import { RawReader } from '../src/raw-reader.ts';

const messages = 60;
const messageCharacters = 190_000;

test('a reader that stops reading costs the server a bounded buffer, slows nobody, and misses nothing', async () => {
  await using model = await startModelServer();
  await using program = await RunningProgram.start({
    env: modelSettings(model),
  });
  await using person = await newPerson(program.url);
  const { client } = person;
  const sessionId = await newSession(client);
  const token = await client.signInStore.token();
  if (token === null) throw new Error('Not signed in.');

  const readers = await Promise.all(
    Array.from({ length: 5 }, () => RawReader.open(program.url, { token, sessionId, after: 0 })),
  );
  for (const reader of readers) reader.pause();
  const words = `${'x'.repeat(999)} `.repeat(messageCharacters / 1000);
  let slowest = 0;
  let mostBuffered = 0;
  let sentAt = performance.now();
  let answered = 0;
  let { runId } = await send(client, sessionId, `[[say ${words}]]`);
  for await (const view of client.followSession(sessionId)) {
    const run = latestRun(view);
    if (run?.id !== runId || run.state !== 'succeeded') continue;
    slowest = Math.max(slowest, performance.now() - sentAt);
    mostBuffered = Math.max(mostBuffered, await bufferedBytes(program.url));
    answered += 1;
    if (answered === messages) break;
    sentAt = performance.now();
    ({ runId } = await send(client, sessionId, `[[say ${words}]]`));
  }
  const written = readers.length * messages * messageCharacters * 2;
  // What the five did not take, were all of it kept for them in the process.
  expect(written).toBeGreaterThan(100e6);
  expect(mostBuffered, 'each may be owed 4 MiB').toBeLessThan(readers.length * 4 * 1024 * 1024);
  expect(mostBuffered, 'they were owed something').toBeGreaterThan(0);
  expect(slowest, 'the bystander went on').toBeLessThan(5000);

  const end = await client.api.sessions.open.query({ sessionId });
  const [reader] = readers;
  if (!reader) throw new Error('No reader.');
  reader.resume();
  for (let waited = 0; reader.lastSeq < end.seq && reader.isOpen && waited < 30_000; waited += 50) await sleep(50);
  const rest = await RawReader.open(program.url, { token, sessionId, after: reader.lastSeq });
  for (let waited = 0; rest.lastSeq < end.seq && waited < 30_000; waited += 50) await sleep(50);

  const ranges = [...reader.ranges, ...rest.ranges];
  expect(ranges.at(-1)?.[1]).toBe(end.seq);
  const hole = ranges.findIndex(([from], index) => from !== (ranges[index - 1]?.[1] ?? 0) + 1);
  expect(hole, 'every entry once, in order').toBe(-1);
  for (const open of [...readers, rest]) open.close();
});

/** What waits in the server for its slow readers. */
async function bufferedBytes(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^atelier_sockets_buffered_bytes (\S+)/m.exec(metrics)?.[1]);
}
