import { errorOf } from '@atelier/client';
import { organisationId, userId } from '@atelier/contracts/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newPerson, newSession, type Person } from '../src/people.ts';
import { RunningProgram } from '../src/program.ts';

let program: RunningProgram;
let ada: Person;
let bea: Person;
beforeAll(async () => {
  program = await RunningProgram.start();
  [ada, bea] = [await newPerson(program.url, 'Ada'), await newPerson(program.url, 'Bea')];
  const lab = await ada.client.api.organisations.create.mutate({ name: 'Lab' });
  await show(ada, lab.id);
  const { link } = await ada.client.api.invitations.create.mutate({
    email: bea.email,
    role: 'member',
    delivery: 'link',
  });
  await bea.client.api.invitations.accept.mutate({ token: link?.split('#')[1] ?? '' });
});
afterAll(async () => {
  await Promise.all([ada, bea].map(({ client }) => client.close()));
  await program[Symbol.asyncDispose]();
});

async function show({ client }: Person, id: string): Promise<void> {
  client.signInStore.accept(await client.api.organisations.switch.mutate({ organisationId: organisationId.parse(id) }));
}

test('what was meant for an organisation that one was removed from is not done in another', async () => {
  const [, lab] = await bea.client.api.organisations.list.query();
  await show(bea, lab?.id ?? '');
  await newSession(bea.client);
  const { user } = await bea.client.api.auth.me.query();
  await ada.client.api.organisations.removeMember.mutate({ userId: userId.parse(user.id) });

  const refusal = await newSession(bea.client).catch(errorOf);

  expect(refusal).toMatchObject({ code: 'organisation.changed', retryable: false });
  expect(bea.client.signInStore.organisationId).not.toBe(lab?.id);
  expect((await bea.client.api.sessions.list.query({})).items).toEqual([]);
  await newSession(bea.client);
  expect((await bea.client.api.sessions.list.query({})).items).toHaveLength(1);
});
