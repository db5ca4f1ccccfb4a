import { expect, test } from 'vitest';
import { followUntil, latestRun, newPerson, newSession, send } from '../src/people.ts';
import { RunningProgram } from '../src/program.ts';

test('a dead address of the provider is tried three times and then said in a clear sentence', async () => {
  await using program = await RunningProgram.start({
    env: { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_API_KEY: 'a-key-that-stays-secret', MODEL: 'none' },
  });
  await using person = await newPerson(program.url);
  const sessionId = await newSession(person.client);
  await send(person.client, sessionId, 'hello');
  const end = await followUntil(person.client, sessionId, (view) => latestRun(view)?.state === 'failed');

  expect(latestRun(end)?.error).toMatchObject({ code: 'provider.unreachable', retryable: true });
  const notices = end.messages.flatMap(({ parts }) => parts.filter(({ type }) => type === 'notice'));
  expect(notices).toHaveLength(2);
  expect(JSON.stringify(end) + program.output).not.toContain('a-key-that-stays-secret');
});
