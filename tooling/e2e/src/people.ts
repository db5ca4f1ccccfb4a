import { type ApiKeyClient, type AtelierClient, createClient } from '@atelier/client';
import type { SessionId } from '@atelier/contracts/ids';
import type { MessageDto } from '@atelier/contracts/messages';
import type { Transcript } from '@atelier/contracts/transcript';
import { newId } from '@atelier/kernel/ids';

export interface Person extends AsyncDisposable {
  readonly client: AtelierClient;
  readonly email: string;
  readonly password: string;
}

/** Somebody new, signed in. */
export async function newPerson(url: string, name = 'Ada'): Promise<Person> {
  const email = `${name.toLowerCase()}-${newId()}@example.com`;
  const password = 'correct horse battery';
  const client = createClient({ url });
  await client.register({ email, password, name });
  return { client, email, password, [Symbol.asyncDispose]: () => client.close() };
}

/** The same person on another device. */
export async function signInAgain(url: string, person: Person): Promise<Person> {
  const client = createClient({ url });
  const { email, password } = person;
  await client.signIn({ email, password });
  return { client, email, password, [Symbol.asyncDispose]: () => client.close() };
}

export async function newSession(client: ApiKeyClient): Promise<SessionId> {
  return (await client.api.sessions.create.mutate({ clientId: newId() })).id;
}

export async function send(client: ApiKeyClient, sessionId: SessionId, text: string, clientId = newId()) {
  return await client.api.messages.send.mutate({ sessionId, clientId, parts: [{ type: 'text', text }] });
}

/** A run that lost its worker goes on within a minute; what takes much longer never comes. */
const patienceSeconds = 120;

/** Follows until `isDone`, and gives the transcript of that moment. `onView` sees each on the way. */
export async function followUntil(
  client: ApiKeyClient,
  sessionId: string,
  isDone: (transcript: Transcript) => boolean,
  onView: (transcript: Transcript) => void = () => undefined,
): Promise<Transcript> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patienceSeconds * 1000);
  let last: Transcript | undefined;
  try {
    for await (const transcript of client.followSession(sessionId, { signal: stop.signal })) {
      last = transcript;
      onView(transcript);
      if (isDone(transcript)) return transcript;
    }
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  const { run = null } = last?.messages.at(-1) ?? {};
  throw new Error(`Not seen in ${patienceSeconds} s. Last: event ${last?.seq}, run ${JSON.stringify(run)}.`);
}

/** The whole text of the latest answer. */
export function answerText(transcript: Transcript): string {
  return textOf(transcript.messages.findLast(({ role }) => role === 'agent'));
}

export function textOf(message: MessageDto | undefined): string {
  return (message?.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('');
}

export function latestRun(transcript: Transcript) {
  return transcript.messages.findLast(({ role }) => role === 'agent')?.run ?? null;
}

/** The numbers of the scripted model's words. */
export function wordsOf(text: string): readonly number[] {
  return [...text.matchAll(/t(\d{6})/g)].map(([, number]) => Number(number));
}

export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
