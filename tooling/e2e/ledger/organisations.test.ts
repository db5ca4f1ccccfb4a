import { errorOf } from '@atelier/client';
import { userId } from '@atelier/contracts/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acceptLink, goTo, inviteByLink, newOrganisation } from '../src/organisations.ts';
import { newPerson, newSession, type Person } from '../src/people.ts';
import { RunningProgram } from '../src/program.ts';

let program: RunningProgram;
let ada: Person;
let bea: Person;
let lab: string;
beforeAll(async () => {
  program = await RunningProgram.start();
  [ada, bea] = [await newPerson(program.url, 'Ada'), await newPerson(program.url, 'Bea')];
  lab = await newOrganisation(ada.client, 'Lab');
  await acceptLink(bea, await inviteByLink(ada.client, bea.email, 'member'));
});
afterAll(async () => {
  await Promise.all([ada, bea].map(({ client }) => client.close()));
  await program[Symbol.asyncDispose]();
});

test('what was meant for an organisation that one was removed from is not done in another', async () => {
  await goTo(bea.client, lab);
  await newSession(bea.client);
  const { user } = await bea.client.api.auth.me.query();
  await ada.client.api.organisations.removeMember.mutate({ userId: userId.parse(user.id) });

  const refusal = await newSession(bea.client).catch(errorOf);

  expect(refusal).toMatchObject({ code: 'organisation.changed', retryable: false });
  expect(bea.client.signInStore.organisationId).not.toBe(lab);
  expect((await bea.client.api.sessions.list.query({})).items).toEqual([]);
  await newSession(bea.client);
  expect((await bea.client.api.sessions.list.query({})).items).toHaveLength(1);
});
