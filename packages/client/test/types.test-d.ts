import type { IdentityDto } from '@atelier/contracts/auth';
import type { SessionId } from '@atelier/contracts/ids';
import type { MessageDto } from '@atelier/contracts/messages';
import type { SessionDto } from '@atelier/contracts/sessions';
import type { Transcript } from '@atelier/contracts/transcript';
import { expectTypeOf, test } from 'vitest';
import { createClient } from '../src/index.ts';

/** Compiled, never run: what does not hold here is an error of `npm run typecheck`. */
const client = createClient({ url: 'http://localhost:3000' });
const { api } = client;

test('what a procedure answers is typed from the server, without a type being written', async () => {
  expectTypeOf(await api.auth.me.query()).toEqualTypeOf<IdentityDto>();
  expectTypeOf((await api.sessions.list.query({})).items).toEqualTypeOf<SessionDto[]>();
  expectTypeOf(await client.resume()).toEqualTypeOf<IdentityDto | null>();
  const entered = await client.signIn({ email: 'ada@example.com', password: 'x' });
  if (entered.status === 'signed_in') expectTypeOf(entered.identity).toEqualTypeOf<IdentityDto>();
  else expectTypeOf(entered.methods).toEqualTypeOf<('totp' | 'passkey' | 'recovery_code')[]>();
  const registered = await client.register({ email: 'ada@example.com', password: 'x', name: 'Ada' });
  expectTypeOf(registered.status).toEqualTypeOf<'signed_in' | 'mail_sent'>();
  for await (const transcript of client.followSession('an id')) {
    expectTypeOf(transcript).toEqualTypeOf<Transcript>();
    expectTypeOf(transcript.messages).toEqualTypeOf<MessageDto[]>();
  }
});

test('with a key there is nobody to sign in or out', async () => {
  const program = createClient({ url: 'http://localhost:3000', apiKey: 'atl_' });
  expectTypeOf(await program.api.auth.me.query()).toEqualTypeOf<IdentityDto>();
  // @ts-expect-error -- a key is no sign-in
  await program.signIn({ email: '', password: '' });
  // @ts-expect-error -- nor is there anything to renew
  program.signInStore;
});

test('what a subscription gives is typed too', () => {
  const sessionId: SessionId = null as never;
  api.sessions.events.subscribe(
    { sessionId },
    {
      onData: ({ id, data }) => {
        expectTypeOf(id).toEqualTypeOf<string>();
        expectTypeOf(data.kind).toEqualTypeOf<'events' | 'reset'>();
        if (data.kind === 'reset') expectTypeOf(data.transcript).toEqualTypeOf<Transcript>();
      },
    },
  );
});

test('an input that the server would refuse does not compile', async () => {
  // @ts-expect-error -- there is no such procedure
  await api.sessions.shred.mutate({});
  // @ts-expect-error -- a query cannot be called as a mutation
  await api.sessions.list.mutate({});
  // @ts-expect-error -- nor a mutation as a query
  await api.sessions.create.query({ clientId: '' });
  // @ts-expect-error -- a session is named by its id, not by a number
  await api.sessions.open.query({ sessionId: 7 });
  // @ts-expect-error -- the id is missing
  await api.sessions.open.query({});
  // @ts-expect-error -- there is no such status
  await api.sessions.list.query({ status: 'deleted' });
  // @ts-expect-error -- there is no such kind of part
  await api.messages.send.mutate({ sessionId: '', clientId: '', parts: [{ type: 'video', url: '' }] });
  // @ts-expect-error -- a field that nobody knows
  await api.sessions.create.mutate({ clientId: '', ownerId: '' });
  // @ts-expect-error -- a purpose that nobody knows
  await client.uploadFile({ sessionId: '', name: '', content: '', purpose: 'avatar' });
  // @ts-expect-error -- the password is missing
  await client.signIn({ email: '' });
});

test('the answer holds no more than the server says', async () => {
  const me = await api.auth.me.query();
  // @ts-expect-error -- nobody is told a hash
  me.user.passwordHash;
  const [session] = (await api.sessions.list.query({})).items;
  // @ts-expect-error -- there may be none
  session.title;
});
