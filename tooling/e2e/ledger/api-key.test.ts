import { createClient, errorOf } from '@atelier/client';
import { expect, test } from 'vitest';
import { answerText, followUntil, latestRun, newPerson, newSession, send } from '../src/people.ts';
import { RunningProgram } from '../src/program.ts';

test('a program with a key sends, follows over the WebSocket, and is refused once the key is revoked', async () => {
  await using program = await RunningProgram.start();
  await using person = await newPerson(program.url);
  const { key, apiKey } = await person.client.api.apiKeys.create.mutate({
    name: 'Script',
    scopes: ['write'],
    expiresAt: null,
  });
  const client = createClient({ url: program.url, apiKey: key });
  try {
    const sessionId = await newSession(client);
    await send(client, sessionId, 'count to 3');
    const end = await followUntil(client, sessionId, (view) => latestRun(view)?.state === 'succeeded');
    expect(answerText(end)).toBe('1 2 3');

    await person.client.api.apiKeys.revoke.mutate({ apiKeyId: apiKey.id });
    const refused = await client.api.sessions.list.query({}).catch((error: unknown) => error);
    expect(errorOf(refused)?.code).toBe('auth.required');
  } finally {
    await client.close();
  }
});
