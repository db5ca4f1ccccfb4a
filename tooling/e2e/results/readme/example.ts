import { randomUUID } from 'node:crypto';
import { createClient } from '@atelier/client';

const client = createClient({ url: process.env.ATELIER_URL ?? 'http://localhost:3000' });
const account = { email: `ada-${randomUUID()}@example.com`, password: 'correct horse battery', name: 'Ada' };
await client.register(account); // or: await client.signIn({ email, password })

const session = await client.api.sessions.create.mutate({ clientId: randomUUID() });
await client.api.messages.send.mutate({
  sessionId: session.id,
  clientId: randomUUID(), // the same id again is the same message, never a second one
  parts: [{ type: 'text', text: 'write notes.md: hello from a program' }],
});

let printed = '';
for await (const transcript of client.followSession(session.id)) {
  const answer = transcript.messages.find((message) => message.role === 'agent');
  const text = (answer?.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('');
  process.stdout.write(text.slice(printed.length));
  printed = text;
  if (answer?.run?.state === 'succeeded') break;
}

const notes = await client.downloadFile(session.id, 'notes.md');
console.log(`\n\nnotes.md: ${await notes.text()}`);
await client.close();
