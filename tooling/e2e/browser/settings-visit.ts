import { createClient } from '@atelier/client';
import { userId } from '@atelier/contracts/ids';
import type { Locator, Page } from '@playwright/test';
import { makeAdministrator } from '../src/administrators.ts';
import { acceptLink, inviteByLink, newOrganisation } from '../src/organisations.ts';
import { newPerson } from '../src/people.ts';
import type { RunningProgram } from '../src/program.ts';
import { type Account, expect } from './fixtures.ts';

/** Every section, its title, and what shows that it is filled. */
const sections: readonly (readonly [id: string, title: string, shown: (page: Page) => Locator])[] = [
  ['profile', 'Profile', (page) => page.getByRole('textbox', { name: 'Name' })],
  ['appearance', 'Appearance', (page) => page.getByText('Deutsch')],
  ['keyboard', 'Keyboard', (page) => page.getByText('Stop the answer')],
  ['approvals', 'Approvals', (page) => page.getByText('The organisation has made no rule.')],
  ['limits', 'Limits', (page) => page.getByText('Answers of agents')],
  ['about', 'This installation', (page) => page.getByText('Largest file')],
  ['organisation', 'Organisation', (page) => page.getByRole('button', { name: 'Hand over…' })],
  ['members', 'Members', (page) => page.getByRole('combobox', { name: 'Role of Bea' })],
  ['invitations', 'Invitations', (page) => page.getByText('Taken back')],
  ['roles', 'Roles', (page) => page.getByText('Have agents answer')],
  ['chains', 'Fallback chains', (page) => page.getByText('There are no models yet to make a chain of.')],
  ['organisation-approvals', 'Rules for agents', (page) => page.getByRole('button', { name: 'Add the rule' })],
  ['audit', 'Record', (page) => page.getByRole('button', { name: /^Role changed/ })],
  ['runs', 'Runs', (page) => page.getByText(/No run fits|tokens/).first()],
  ['installation', 'Rules', (page) => page.getByRole('radio', { name: 'Anybody' })],
  ['models', 'Models', (page) => page.getByText(/^No provider/)],
  ['people', 'People', (page) => page.getByRole('button', { name: 'Menu of Bea' }).first()],
  ['installation-audit', 'Record of the installation', (page) => page.locator('main time').first()],
];

/** Gives somebody an organisation in which things have happened, and the installation to administer. */
export async function furnish(program: RunningProgram, { email, password }: Account, name: string): Promise<void> {
  const client = createClient({ url: program.url });
  await client.signIn({ email, password });
  await newOrganisation(client, name);
  await using bea = await newPerson(program.url, 'Bea');
  await acceptLink(bea, await inviteByLink(client, bea.email, 'member'));
  const { user } = await bea.client.api.auth.me.query();
  await client.api.organisations.changeRole.mutate({ userId: userId.parse(user.id), role: 'viewer' });
  await inviteByLink(client, 'somebody.with.a.rather.long.name@department.example.com', 'admin');
  const { invitation } = await client.api.invitations.create.mutate({
    email: 'cleo@example.com',
    role: 'member',
    delivery: 'link',
  });
  await client.api.invitations.revoke.mutate({ invitationId: invitation.id });
  await client.close();
  await makeAdministrator(program, email);
}

/** Shows one section after the other, each as soon as it is filled. */
export async function visitSettings(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  for (const [section, title, shown] of sections) {
    const back = page.getByRole('link', { name: 'All settings' });
    if (await back.isVisible()) await back.click();
    await page.getByRole('link', { name: title, exact: true }).click();
    await expect(page.getByRole('heading', { name: title, level: 2 })).toBeVisible();
    await expect(shown(page)).toBeVisible();
    await expect(page.locator('main .pulse')).toHaveCount(0);
    if (section === 'audit') {
      await page.getByRole('button', { name: /^Role changed/ }).click();
      await page.getByRole('button', { name: /^Statistics/ }).click();
      await page.getByRole('button', { name: 'Verify' }).click();
      await expect(page.getByText(/The record is as it was written/)).toBeVisible();
    }
    await look(`settings-${section}`);
  }
}

/** Opens the menu at the top of the sidebar, and the sidebar where it has to be. */
export async function openOrganisations(page: Page): Promise<void> {
  if ((page.viewportSize()?.width ?? 0) <= 900) await page.getByRole('button', { name: 'Open the sidebar' }).click();
  await page.getByRole('button', { name: /^Organisation:/ }).click();
}

/** Goes to another organisation by the menu at the top of the sidebar. */
export async function switchTo(page: Page, name: string): Promise<void> {
  await openOrganisations(page);
  await page.getByRole('menuitem', { name }).click();
  await expect(page.getByText(`You are in ${name} now.`)).toBeVisible();
}
