import { createClient } from '@atelier/client';
import type { Page } from '@playwright/test';
import pg from 'pg';
import { linkIn, Mailbox } from '../src/mailbox.ts';
import { modelSettings, RunningProgram } from '../src/program.ts';
import { VirtualPasskeys } from '../src/virtual-passkeys.ts';
import { type Account, test as base, composer, expect, register } from './fixtures.ts';
import { enrol, signIn } from './identity-visit.ts';

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
/** Signed in, on whichever page. */
const inside = (page: Page) => page.getByRole('button', { name: /^Account:/ });
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

test('where only the invited come in, the page says who invites', async ({ page }) => {
  await using program = await RunningProgram.start({ env: { REGISTRATION: 'invitation' } });
  await page.goto(`${program.url}/auth/register`);
  await expect(page.getByRole('heading', { name: 'By invitation only' })).toBeVisible();
  await expect(page.getByLabel('Password')).toHaveCount(0);
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
  expect(loaded.filter((url) => url.includes('password-strength'))).toHaveLength(1);
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

/** As if the person had shown who they are long ago. */
async function growStale(program: RunningProgram, email: string): Promise<void> {
  const database = new pg.Client(program.database);
  await database.connect();
  try {
    await database.query(
      `UPDATE sign_ins SET authenticated_at = now() - interval '1 hour'
        WHERE user_id = (SELECT id FROM users WHERE email = $1)`,
      [email],
    );
  } finally {
    await database.end();
  }
}

test.describe('an authenticator app', () => {
  test('is asked for after the password; a wrong code is refused, a recovery code works once', async ({
    page,
    account,
  }) => {
    await register(page, account);
    const { app, codes } = await enrol(page);
    expect(codes).toHaveLength(10);
    await expect(page.getByText('10 left')).toBeVisible();

    await test.step('a code', async () => {
      await signOut(page);
      await signIn(page, account);
      await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible();
      await page.getByLabel('Code', { exact: true }).fill('000000');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'That code is not right' })).toBeVisible();
      // What is still to be shown is not lost with the page.
      await page.reload();
      await page.getByLabel('Code', { exact: true }).fill(await app.code());
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await expect(inside(page)).toBeVisible();
    });
    await test.step('a recovery code, once', async () => {
      for (const outcome of ['in', 'refused'] as const) {
        await signOut(page);
        await signIn(page, account);
        await page.getByRole('button', { name: 'Use a recovery code' }).click();
        await page.getByLabel('Recovery code').fill(codes[0] ?? '');
        await page.getByRole('button', { name: 'Sign in', exact: true }).click();
        if (outcome === 'in') await expect(inside(page)).toBeVisible();
        else await expect(page.getByRole('alert').filter({ hasText: 'That code is not right' })).toBeVisible();
      }
    });
  });

  test('is removed with a code of it, and then nobody asks for it', async ({ page, account }) => {
    await register(page, account);
    const { app } = await enrol(page);
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByLabel('Code of the app').fill('000000');
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'That code is not right' })).toBeVisible();
    await page.getByLabel('Code of the app').fill(await app.code());
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Set up' })).toBeVisible();
    await signOut(page);
    await signIn(page, account);
    await expect(inside(page)).toBeVisible();
  });

  test('shows that it is you before what is dangerous, when that was long ago', async ({ page, account, program }) => {
    await register(page, account);
    const { app } = await enrol(page);
    await page.goto('/settings/api-keys');
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name').fill('nightly');
    await growStale(program, account.email);
    await page.getByRole('button', { name: 'Create the key' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await expect(dialog.getByLabel('Password')).toBeFocused();
    await dialog.getByRole('button', { name: 'Use the authenticator app' }).click();
    await expect(dialog.getByLabel('Code')).toBeFocused();
    await dialog.getByLabel('Code').fill(await app.code());
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByRole('region', { name: 'The key “nightly”' })).toBeVisible();
  });
});

test.describe('passkeys', () => {
  test('one signs in alone, is the second factor beside a password, and opens nothing once removed', async ({
    page,
    account,
    program,
  }) => {
    const passkeys = await VirtualPasskeys.plugIn(page);
    await register(page, account);
    await page.goto('/settings/security');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    const row = page.getByRole('list', { name: 'Passkeys' }).getByRole('listitem');
    await expect(row).toHaveCount(1);
    expect(await passkeys.count()).toBe(1);
    await row.getByRole('button', { name: /^Rename/ }).click();
    await page.getByLabel('Name of the passkey').fill('My laptop');
    await page.keyboard.press('Enter');
    await expect(row).toContainText('My laptop');

    await test.step('alone', async () => {
      await signOut(page);
      await passkeys.refuse(true);
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'No passkey was used' })).toBeVisible();
      await passkeys.refuse(false);
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
      await expect(inside(page)).toBeVisible();
    });
    await test.step('after the password', async () => {
      await signOut(page);
      await signIn(page, account);
      await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible();
      await page.getByRole('button', { name: 'Use the passkey' }).click();
      await expect(inside(page)).toBeVisible();
    });
    await test.step('before what is dangerous; then it is gone', async () => {
      await page.goto('/settings/security');
      await growStale(program, account.email);
      await row.getByRole('button', { name: 'Remove My laptop' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
      await dialog.getByRole('button', { name: 'Use a passkey' }).click();
      await dialog.getByRole('button', { name: 'Use a passkey' }).click();
      await expect(row).toHaveCount(0);
    });
    await test.step('and opens nothing', async () => {
      await signOut(page);
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'This passkey could not be used' })).toBeVisible();
      await signIn(page, account);
      await expect(inside(page)).toBeVisible();
    });
  });
});

test('one device ends another within seconds', async ({ page, account, browser, program }) => {
  await register(page, account);
  const context = await browser.newContext({ baseURL: program.url });
  const other = await context.newPage();
  await other.goto('/auth/sign-in');
  await signIn(other, account);
  await expect(hello(other)).toBeVisible();

  await page.goto('/settings/devices');
  const devices = page.getByRole('list', { name: 'Devices' }).getByRole('listitem');
  await expect(devices).toHaveCount(2);
  await expect(devices.filter({ hasText: 'This device' })).toHaveCount(1);
  await devices
    .filter({ hasNotText: 'This device' })
    .getByRole('button', { name: /^Sign out/ })
    .click();
  await expect(other.getByText('Your sign-in has ended.')).toBeVisible({ timeout: 5000 });
  await expect(devices).toHaveCount(1);

  await signIn(other, account);
  await expect(hello(other)).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/auth\/sign-in/);
  await expect(other).toHaveURL(/\/auth\/sign-in/, { timeout: 5000 });
  await context.close();
});

test('a key made in the app lets a program in, and no more once it is revoked', async ({ page, account, program }) => {
  await register(page, account);
  await page.goto('/settings/api-keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByLabel('Name').fill('nightly report');
  await page.getByLabel('Write').check();
  await page.getByLabel('Good for').selectOption('30 days');
  await page.getByRole('button', { name: 'Create the key' }).click();
  const shown = page.getByRole('region', { name: 'The key “nightly report”' });
  const apiKey = await shown.locator('code').innerText();
  await shown.getByRole('button', { name: 'I have kept it' }).click();
  await expect(page.getByText(apiKey)).toHaveCount(0);

  const client = createClient({ url: program.url, apiKey });
  try {
    expect((await client.api.sessions.list.query({})).items).toEqual([]);
    await page.reload();
    const row = page.getByRole('list', { name: 'API keys' }).getByRole('listitem');
    await expect(row).toContainText('Last used');
    await expect(row).toContainText('in 30 days');
    await row.getByRole('button', { name: 'Revoke nightly report' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await expect(row).toHaveCount(0);
    await expect(client.api.sessions.list.query({})).rejects.toThrow();
  } finally {
    await client.close();
  }
});

test('changing the password goes on here and ends the rest; a weak one is refused at its field', async ({
  page,
  account,
  browser,
  program,
}) => {
  await register(page, account);
  const context = await browser.newContext({ baseURL: program.url });
  const other = await context.newPage();
  await other.goto('/auth/sign-in');
  await signIn(other, account);
  await expect(hello(other)).toBeVisible();

  await page.goto('/settings/security');
  await page.getByRole('button', { name: 'Change password' }).click();
  const change = page.getByRole('button', { name: 'Change password' });
  await page.getByLabel('Current password').fill('something else');
  await page.getByLabel('New password').fill(newPassword);
  await change.click();
  await expect(page.getByText('That is not your password.')).toBeVisible();
  await page.getByLabel('Current password').fill(account.password);
  await page.getByLabel('New password').fill('password1234');
  await change.click();
  await expect(page.getByText(/^This is (one of the most common|too easy)/)).toBeVisible();
  await page.getByLabel('New password').fill(newPassword);
  await change.click();
  await expect(page.getByText('The password is changed.')).toBeVisible();
  await expect(other.getByText('Your sign-in has ended.')).toBeVisible({ timeout: 5000 });
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Security' })).toBeVisible();
  await context.close();
});

test('who does nothing for long is signed out in every tab, is told why, and keeps the draft', async ({
  page,
  context,
  account,
  model,
}) => {
  await using program = await RunningProgram.start({ env: modelSettings(model) });
  const owner = createClient({ url: program.url });
  await owner.api.installation.setUp
    .mutate({ token: setupLink(program).split('#')[1] ?? '', ...account })
    .then((grant) => owner.signInStore.accept(grant));
  await owner.api.installation.changeSettings.mutate({ idleMinutes: 15 });
  await owner.close();

  await context.clock.install();
  await page.goto(`${program.url}/auth/sign-in`);
  await signIn(page, account);
  await composer(page).fill('half a thought');
  const second = await context.newPage();
  await second.goto(program.url);
  await expect(hello(second)).toBeVisible();

  await context.clock.fastForward('10:00');
  await second.keyboard.press('Shift');
  await context.clock.fastForward('10:00');
  // Loaded anew, so that it is seen to be signed in still: what happens in one tab counts for all.
  await page.reload();
  await expect(composer(page)).toHaveValue('half a thought');
  await context.clock.fastForward('16:00');
  for (const tab of [page, second]) {
    await expect(tab.getByText('You were signed out because nothing happened here')).toBeVisible();
  }
  await signIn(page, account);
  await expect(composer(page)).toHaveValue('half a thought');
});

test('a browser that is told to forget keeps nothing', async ({ page, account }) => {
  await register(page, account);
  await composer(page).fill('nobody else should read this');
  await page.getByRole('button', { name: /^Account:/ }).click();
  await page.getByRole('menuitem', { name: 'Forget this browser…' }).click();
  // The page itself is loaded anew, so that nothing stays in memory.
  await Promise.all([
    page.waitForEvent('load'),
    page.getByRole('dialog').getByRole('button', { name: 'Sign out and forget' }).click(),
  ]);
  await expect(page).toHaveURL(/\/auth\/sign-in/);
  expect(await page.evaluate(() => Object.values(localStorage).join())).not.toContain('nobody else');
  await signIn(page, account);
  await expect(composer(page)).toHaveValue('');
});
