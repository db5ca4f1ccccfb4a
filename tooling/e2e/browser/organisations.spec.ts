import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import pg from 'pg';
import type { RunningProgram } from '../src/program.ts';
import { type Account, composer, expect, register, say, test, thread } from './fixtures.ts';
import { openOrganisations, switchTo } from './settings-visit.ts';

/** Another person in a browser of their own. */
async function newcomer(
  browser: Browser,
  program: RunningProgram,
  account: Account,
  name: string,
): Promise<{ readonly context: BrowserContext; readonly page: Page; readonly account: Account }> {
  const context = await browser.newContext({ baseURL: program.url });
  const other = { ...account, name, email: account.email.replace(/^[a-z]+/, name.toLowerCase()) };
  return { context, page: await context.newPage(), account: other };
}

async function createOrganisation(page: Page, name: string): Promise<void> {
  await openOrganisations(page);
  await page.getByRole('menuitem', { name: 'New organisation…' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill(name);
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await expect(shown(page, name)).toBeVisible();
}

function shown(page: Page, organisation: string) {
  return page.getByRole('button', { name: `Organisation: ${organisation}` });
}

/** Invites by a link, and gives it as it is shown this once. */
async function invite(page: Page, email: string, role = 'Member'): Promise<string> {
  await page.goto('/settings/invitations');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Role').selectOption(role);
  await page.getByLabel('How').selectOption('By a link that I hand on');
  await page.getByRole('button', { name: 'Invite' }).click();
  const dialog = page.getByRole('dialog', { name: `The link for ${email}` });
  const link = await dialog.getByLabel('Link of the invitation').inputValue();
  await dialog.getByRole('button', { name: 'Close' }).first().click();
  await expect(dialog).toBeHidden();
  return link;
}

test('an organisation is made and shared by a link; each side sees the roles, and a change of them at once', async ({
  page,
  account,
  browser,
  program,
}) => {
  await register(page, account);
  const bea = await newcomer(browser, program, account, 'Bea');

  const link = await test.step('made, and somebody invited who has no account', async () => {
    await createOrganisation(page, 'Lab');
    return await invite(page, bea.account.email);
  });

  await test.step('the link takes its secret out of the address and survives registering', async () => {
    await bea.page.goto(link);
    await expect(bea.page.getByText('Ada invites you to Lab as Member.')).toBeVisible();
    expect(bea.page.url()).toBe(`${program.url}/invitation`);
    await bea.page.getByRole('link', { name: 'Create an account' }).click();
    await bea.page.getByLabel('Your name').fill(bea.account.name);
    await bea.page.getByLabel('Email').fill(bea.account.email);
    await bea.page.getByLabel('Password').fill(bea.account.password);
    await bea.page.getByRole('button', { name: 'Create account' }).click();
    await bea.page.getByRole('button', { name: 'Accept' }).click();
    await expect(shown(bea.page, 'Lab')).toBeVisible();
    expect(await bea.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(
      link.split('#')[1],
    );
  });

  await test.step('a member is shown no section of administrators, nor gets there by the address', async () => {
    await bea.page.goto('/settings/members');
    await expect(bea.page.getByText('Ada', { exact: true })).toBeVisible();
    await expect(bea.page.getByText(account.email)).toBeHidden();
    await expect(bea.page.getByRole('link', { name: 'Roles' })).toBeVisible();
    for (const section of ['Invitations', 'Record', 'Rules', 'People']) {
      await expect(bea.page.getByRole('link', { name: section, exact: true })).toBeHidden();
    }
    await expect(bea.page.getByRole('button', { name: /^Remove/ })).toBeHidden();
    await bea.page.goto('/settings/audit');
    await expect(bea.page.getByText('There is no such section, or your role does not show it.')).toBeVisible();
    await bea.page.goto('/settings/organisation');
    await expect(bea.page.getByRole('button', { name: 'Leave…' })).toBeVisible();
    await expect(bea.page.getByRole('button', { name: 'Delete…' })).toBeHidden();
  });

  await test.step('a role that is given is seen by both, without anybody loading a page', async () => {
    await page.goto('/settings/members');
    const role = page.getByRole('combobox', { name: 'Role of Bea' });
    await expect(role).toHaveValue('member');
    await role.selectOption('Administrator');
    await expect(page.getByText('Bea: Administrator.')).toBeVisible();
    await expect(bea.page.getByRole('link', { name: 'Record', exact: true })).toBeVisible();
  });
  await bea.context.close();
});

test('an invitation for another address says so, and can be accepted after signing out and in', async ({
  page,
  account,
  browser,
  program,
}) => {
  await register(page, account);
  await createOrganisation(page, 'Lab');
  const bea = await newcomer(browser, program, account, 'Bea');
  await register(bea.page, bea.account);
  const link = await invite(page, bea.account.email, 'Viewer');

  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'This invitation is for another address' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out and use the other' }).click();
  await page.getByRole('link', { name: 'Sign in to accept' }).click();
  await page.getByLabel('Email').fill(bea.account.email);
  await page.getByLabel('Password').fill(bea.account.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: 'Accept' }).click();
  await expect(shown(page, 'Lab')).toBeVisible();

  await bea.page.goto(link);
  await expect(bea.page.getByRole('heading', { name: 'This invitation cannot be used' })).toBeVisible();
  await bea.page.reload();
  await expect(bea.page.getByRole('heading', { name: 'Open the link of your invitation again' })).toBeVisible();
  await bea.context.close();
});

test('going to another organisation in one tab takes the others along; drafts and sessions stay where they belong', async ({
  page,
  account,
  context,
}) => {
  await register(page, account);
  await say(page, '[[say mine alone]]');
  await expect(thread(page).getByText('mine alone', { exact: true })).toBeVisible();
  const session = page.url();
  await createOrganisation(page, 'Lab');
  const second = await context.newPage();
  await second.goto('/');
  await expect(shown(second, 'Lab')).toBeVisible();
  await composer(second).fill('half a thought');

  await switchTo(page, account.name);

  await expect(second.getByText('You are in Ada now.')).toBeVisible();
  await expect(shown(second, 'Ada')).toBeVisible();
  await expect(composer(second)).toHaveValue('half a thought');
  await second.goto(session);
  await expect(thread(second).getByText('mine alone', { exact: true })).toBeVisible();

  await switchTo(second, 'Lab');
  await expect(shown(page, 'Lab')).toBeVisible();
  await expect(page.getByText('No sessions yet')).toBeVisible();
  await second.goto(session);
  await expect(second.getByText('There is no such session, or it is not yours.')).toBeVisible();
});

test('a tab that does not hear of it goes on in its own organisation', async ({ page, account, context }) => {
  await register(page, account);
  await createOrganisation(page, 'Lab');
  const deaf = await context.newPage();
  await deaf.addInitScript(() => {
    BroadcastChannel.prototype.addEventListener = () => undefined;
  });
  await deaf.goto('/');
  await expect(shown(deaf, 'Lab')).toBeVisible();
  await switchTo(page, account.name);

  await say(deaf, '[[say in the lab]]');
  await expect(thread(deaf).getByText('in the lab', { exact: true })).toBeVisible();
  await expect(shown(deaf, 'Lab')).toBeVisible();
  await expect(page.getByText('No sessions yet')).toBeVisible();
});

test('whoever is removed is taken out of their open tab within five seconds, and told why', async ({
  page,
  account,
  browser,
  program,
}) => {
  await register(page, account);
  await createOrganisation(page, 'Lab');
  const bea = await newcomer(browser, program, account, 'Bea');
  await register(bea.page, bea.account);
  await bea.page.goto(await invite(page, bea.account.email));
  await bea.page.getByRole('button', { name: 'Accept' }).click();
  await expect(shown(bea.page, 'Lab')).toBeVisible();
  await say(bea.page, '[[tokens 400 @20/s]]');
  await expect(thread(bea.page)).toContainText('t000005');

  await page.goto('/settings/members');
  await page.getByRole('button', { name: 'Remove Bea' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByText('Bea was removed.')).toBeVisible();

  await expect(shown(bea.page, 'Bea')).toBeVisible({ timeout: 5000 });
  await expect(bea.page.getByText('You no longer belong to Lab, or it was deleted.')).toBeVisible();
  await expect(bea.page.getByText('No sessions yet')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Members' })).toBeFocused();
  await bea.context.close();
});

test('an organisation is renamed, deleted by its name, and restored', async ({ page, account, program }) => {
  await register(page, account);
  await createOrganisation(page, 'Lab');
  await page.goto('/settings/organisation');
  await page.getByLabel('Name').fill('Works');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(shown(page, 'Works')).toBeVisible();

  await ageSignIns(program, account.email);
  await page.getByRole('button', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete Works?' });
  await expect(dialog.getByRole('button', { name: 'Delete' })).toBeDisabled();
  await dialog.getByLabel('Type Works to confirm').fill('Works');
  await dialog.getByRole('button', { name: 'Delete' }).click();

  const question = page.getByRole('dialog', { name: 'Confirm that it is you' });
  await question.getByLabel('Password').fill('not it at all');
  await question.getByRole('button', { name: 'Confirm' }).click();
  await expect(question.getByRole('alert')).toContainText('do not match');
  await question.getByLabel('Password').fill(account.password);
  await question.getByRole('button', { name: 'Confirm' }).click();
  await expect(shown(page, account.name)).toBeVisible();

  await openOrganisations(page);
  await page.getByRole('menuitem', { name: 'Restore Works' }).click();
  await expect(page.getByText('Works is back.')).toBeVisible();
  await switchTo(page, 'Works');
});

test('whoever does not want to confirm has changed nothing, and is where they were', async ({
  page,
  account,
  program,
}) => {
  await register(page, account);
  await createOrganisation(page, 'Lab');
  await page.goto('/settings/organisation');
  await ageSignIns(program, account.email);
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByLabel('Type Lab to confirm').fill('Lab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Confirm that it is you' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Confirm that it is you' })).toBeHidden();
  await expect(page.getByLabel('Type Lab to confirm')).toHaveValue('Lab');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Delete…' })).toBeFocused();
  await expect(shown(page, 'Lab')).toBeVisible();
});

test('the record shows what was done, is verified, filtered and exported', async ({ page, account }) => {
  await register(page, account);
  await createOrganisation(page, 'Lab');
  await invite(page, 'cleo@example.com');
  await page.goto('/settings/organisation');
  await page.getByLabel('Name').fill('Works');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(shown(page, 'Works')).toBeVisible();

  await page.getByRole('link', { name: 'Record', exact: true }).click();
  const entries = page.getByRole('list', { name: 'Record' });
  await entries.getByRole('button', { name: /^Organisation renamed/ }).click();
  await expect(entries.getByRole('row', { name: 'name Lab Works' })).toBeVisible();
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByText('The record is as it was written: 3 entries read.')).toBeVisible();

  await page.getByLabel('What', { exact: true }).selectOption('Invited');
  await expect(entries.getByRole('listitem')).toHaveCount(1);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'Export as CSV' }).click();
  const text = await readFile(await (await saved).path(), 'utf8');
  expect(text).toMatch(/^seq,at,action/);
  expect(text).toContain('invitation.created');
  expect(text).not.toContain('organisation.renamed');

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(entries.getByRole('button', { name: /^Record exported/ })).toBeVisible();
});

/** As if the person had shown who they are half an hour ago. */
async function ageSignIns(program: RunningProgram, email: string): Promise<void> {
  const database = new pg.Client(program.database);
  await database.connect();
  await database.query(
    `UPDATE sign_ins SET authenticated_at = now() - interval '30 minutes'
      WHERE user_id = (SELECT id FROM users WHERE email = $1)`,
    [email],
  );
  await database.end();
}
