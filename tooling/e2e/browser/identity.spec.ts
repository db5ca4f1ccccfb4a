import type { Page } from '@playwright/test';
import { linkIn, Mailbox } from '../src/mailbox.ts';
import { modelSettings, RunningProgram } from '../src/program.ts';
import { type Account, test as base, composer, expect, register } from './fixtures.ts';

const test = base.extend<object, { readonly mailbox: Mailbox; readonly mailing: RunningProgram }>({
  mailbox: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures are needed
    async ({}, use) => {
      await using mailbox = await Mailbox.open();
      await use(mailbox);
    },
    { scope: 'worker' },
  ],
  // Every program of this file sends real mail, so that every address has to be proved.
  mailing: [
    async ({ mailbox, model }, use) => {
      await using program = await RunningProgram.start({ env: { ...modelSettings(model), ...mailbox.settings } });
      await use(program);
    },
    { scope: 'worker' },
  ],
});

const hello = (page: Page) => page.getByRole('heading', { name: 'What shall we work on?' });
const newPassword = 'seven purple teapots whistle';

/** The link that the program prints while nobody owns it. */
function setupLink(program: RunningProgram): string {
  const link = /https?:\/\/\S+\/auth\/setup#\S+/.exec(program.output)?.[0];
  if (link === undefined) throw new Error(`No link was printed:\n${program.output}`);
  return link;
}

async function fillRegistration(page: Page, { name, email, password }: Account): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
}

async function signIn(page: Page, { email, password }: Pick<Account, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account:/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/auth\/sign-in/);
}

test.describe('the first owner', () => {
  test('is made by the link that the program prints, once; the secret does not stay in the address', async ({
    page,
    account,
    browser,
  }) => {
    await using program = await RunningProgram.start();
    await page.goto(`${program.url}/auth/sign-in`);
    await expect(page.getByText('This installation has no owner yet.')).toBeVisible();

    const link = setupLink(program);
    await page.goto(link);
    await expect(page.getByRole('heading', { name: 'Become the owner' })).toBeVisible();
    expect(page.url()).toBe(`${program.url}/auth/setup`);
    await page.getByLabel('Your name').fill(account.name);
    await page.getByLabel('Email').fill(account.email);
    await page.getByLabel('Password').fill(account.password);
    await page.getByRole('button', { name: 'Create the owner’s account' }).click();
    await expect(hello(page)).toBeVisible();
    await page.goBack();
    expect(page.url()).not.toContain('#');

    const context = await browser.newContext();
    const other = await context.newPage();
    await other.goto(link);
    await expect(other.getByRole('heading', { name: 'This installation has an owner' })).toBeVisible();
    await context.close();
  });

  test('may be somebody who has an account already', async ({ page, account }) => {
    await using program = await RunningProgram.start();
    await page.goto(`${program.url}/auth/register`);
    await fillRegistration(page, account);
    await expect(hello(page)).toBeVisible();

    await page.goto(setupLink(program));
    await page.getByRole('button', { name: `Become the owner as ${account.name}` }).click();
    await expect(hello(page)).toBeVisible();
    await expect
      .poll(async () => (await (await fetch(`${program.url}/trpc/system.status`)).json()).result.data.hasOwner)
      .toBe(true);
  });
});

test.describe('with mail', () => {
  test.use({ baseURL: async ({ mailing }, use) => use(mailing.url) });

  test('registering is finished by the mailed link, in the browser that began it', async ({
    page,
    account,
    mailbox,
  }) => {
    await page.goto('/auth/register');
    await fillRegistration(page, account);
    await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();
    await expect(page.getByText(account.email)).toBeVisible();

    await page.goto(linkIn(await mailbox.waitFor(account.email, 'Confirm your email address')));
    await expect(hello(page)).toBeVisible();
    expect(page.url()).not.toContain('#');
    await page.reload();
    await expect(hello(page)).toBeVisible();
  });

  test('the tab that waits for the mail goes in by itself when the link was opened in another', async ({
    page,
    account,
    mailbox,
    context,
  }) => {
    await page.goto('/auth/register');
    await fillRegistration(page, account);
    const link = linkIn(await mailbox.waitFor(account.email, 'Confirm your email address'));
    const second = await context.newPage();
    await second.goto(link);
    await expect(hello(second)).toBeVisible();
    await page.bringToFront();
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await expect(hello(page)).toBeVisible();
  });

  test('in another browser the link asks for a password, and only that one holds', async ({
    page,
    account,
    mailbox,
    browser,
    mailing,
  }) => {
    await page.goto('/auth/register');
    await fillRegistration(page, account);
    const link = linkIn(await mailbox.waitFor(account.email, 'Confirm your email address'));

    const context = await browser.newContext({ baseURL: mailing.url });
    const other = await context.newPage();
    await other.goto(link);
    await expect(other.getByText('This is not the browser in which you registered.')).toBeVisible();
    await other.getByLabel('New password').fill('password1234');
    await other.getByRole('button', { name: 'Finish' }).click();
    await expect(other.getByText(/^This is (one of the most common|too easy)/)).toBeVisible();
    await other.getByLabel('New password').fill(newPassword);
    await other.getByRole('button', { name: 'Finish' }).click();
    await expect(hello(other)).toBeVisible();
    await context.close();

    await page.goto('/auth/sign-in');
    await signIn(page, account);
    await expect(page.getByText('That email and password do not match.')).toBeVisible();
    await signIn(page, { ...account, password: newPassword });
    await expect(hello(page)).toBeVisible();
  });

  test('a link that was used, or lost a part, says so and leads on', async ({
    page,
    account,
    mailbox,
    browser,
    mailing,
  }) => {
    await page.goto('/auth/register');
    await fillRegistration(page, account);
    const link = linkIn(await mailbox.waitFor(account.email, 'Confirm your email address'));
    await page.goto(link);
    await expect(hello(page)).toBeVisible();

    const context = await browser.newContext({ baseURL: mailing.url });
    const other = await context.newPage();
    await other.goto(link);
    await expect(other.getByRole('heading', { name: 'This link is not good any more' })).toBeVisible();
    await other.goto('/auth/reset');
    await expect(other.getByRole('heading', { name: 'This link is not good any more' })).toBeVisible();
    await other.getByRole('link', { name: 'Ask for a new link' }).click();
    await expect(other.getByRole('heading', { name: 'Set a new password' })).toBeVisible();
    await context.close();
  });

  test('setting a new password by mail ends the sign-in of the other browser, which keeps its draft', async ({
    page,
    account,
    mailbox,
    browser,
    mailing,
  }) => {
    await page.goto('/auth/register');
    await fillRegistration(page, account);
    await page.goto(linkIn(await mailbox.waitFor(account.email, 'Confirm your email address')));
    await composer(page).fill('a thought that is not finished');

    const context = await browser.newContext({ baseURL: mailing.url });
    const other = await context.newPage();
    await other.goto('/auth/sign-in');
    await other.getByLabel('Email').fill(account.email);
    await other.getByRole('link', { name: 'Forgot it?' }).click();
    await expect(other.getByLabel('Email')).toHaveValue(account.email);
    await other.getByRole('button', { name: 'Send the link' }).click();
    await expect(other.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();
    await other.goto(linkIn(await mailbox.waitFor(account.email, 'Set a new password')));
    expect(other.url()).toBe(`${mailing.url}/auth/reset`);
    await other.getByLabel('New password').fill(newPassword);
    await other.getByRole('button', { name: 'Set the password' }).click();
    await expect(other.getByRole('heading', { name: 'Your password is set' })).toBeVisible();

    await expect(page.getByText('Your sign-in has ended.')).toBeVisible({ timeout: 10_000 });
    await other.getByRole('link', { name: 'Sign in' }).click();
    await signIn(other, { ...account, password: newPassword });
    await expect(hello(other)).toBeVisible();
    await context.close();

    await signIn(page, { ...account, password: newPassword });
    await expect(composer(page)).toHaveValue('a thought that is not finished');
  });

  test('asking for a new password is answered alike for an address that nobody has', async ({ page }) => {
    await page.goto('/auth/reset-request');
    await page.getByLabel('Email').fill('nobody@example.com');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();
  });
});

test('a password is measured while it is typed, by lists that the first page does not load', async ({ page }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto('/auth/register');
  const field = page.getByLabel('Password');
  await expect(field).toBeVisible();
  expect(loaded.filter((url) => url.includes('password-strength'))).toEqual([]);

  const strength = page.getByRole('status').filter({ hasText: /^(Very weak|Weak|Fair|Good|Strong)$/ });
  await field.pressSequentially('password');
  await expect(strength).toHaveText('Very weak');
  await field.fill('seven purple teapots whistle');
  await expect(strength).toHaveText('Strong');
  await page.getByLabel('Your name').fill('Bartholomew Featherstonehaugh');
  await field.fill('bartholomewfeatherstonehaugh');
  await expect(strength).toHaveText(/weak/i);
});

test('whoever mistypes too often waits for a countdown, and then gets in', async ({ page, account, program }) => {
  await register(page, account);
  await signOut(page);
  const wrong = { email: account.email, password: 'not the right one' };
  for (let tries = 0; tries < 7; tries += 1) {
    await fetch(`${program.url}/trpc/auth.signIn`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: program.url },
      body: JSON.stringify(wrong),
    });
  }
  await signIn(page, account);
  await expect(page.getByRole('alert').filter({ hasText: 'Too many wrong passwords' })).toBeVisible();
  await expect(page.getByRole('timer')).toHaveText(/Try again in \d/);
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(hello(page)).toBeVisible();
});
