import type { Page } from '@playwright/test';
import { AuthenticatorApp } from '../src/authenticator-app.ts';
import { VirtualPasskeys } from '../src/virtual-passkeys.ts';
import { type Account, expect } from './fixtures.ts';

type Look = (name: string) => Promise<void>;
/** In the form of a real one. */
const secret = 'A'.repeat(43);

export async function signIn(page: Page, { email, password }: Pick<Account, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Turns the authenticator app on, in the settings; `look` sees each step. */
export async function enrol(
  page: Page,
  look: Look = async () => undefined,
): Promise<{ readonly app: AuthenticatorApp; readonly codes: readonly string[] }> {
  await page.goto('/settings/security');
  await page.getByRole('button', { name: 'Set up' }).click();
  await expect(page.getByRole('img', { name: 'A picture for your authenticator app' })).toBeVisible();
  await look('authenticator');
  const app = new AuthenticatorApp(await page.locator('code').innerText());
  await page.getByLabel('Code of the app').fill(await app.code());
  await page.getByRole('button', { name: 'Turn on' }).click();
  const panel = page.getByRole('region', { name: 'Recovery codes' });
  await expect(panel.getByRole('listitem').first()).toBeVisible();
  await look('recovery-codes');
  const codes = await panel.getByRole('listitem').allInnerTexts();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  return { app, codes };
}

/** Every page for whoever is not signed in. */
export async function visitSignedOut(page: Page, look: Look): Promise<void> {
  await page.goto('/auth/register');
  await page.getByLabel('Password').fill('password');
  await expect(page.getByText('Very weak')).toBeVisible();
  await page.getByRole('button', { name: 'Show what is typed' }).click();
  await look('register-strength');
  await page.goto('/auth/reset-request');
  await page.getByLabel('Email').fill('ada@example.com');
  await look('reset-request');
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();
  await look('mail-sent');
  await page.goto(`/auth/reset#${secret}`);
  await page.getByLabel('New password').fill('seven purple teapots whistle');
  await expect(page.getByText('Strong')).toBeVisible();
  await look('reset');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await expect(page.getByRole('heading', { name: 'This link is not good any more' })).toBeVisible();
  await look('link-gone');
  await page.goto(`/auth/setup#${secret}`);
  await expect(page.getByRole('heading', { name: /Become the owner|has an owner/ })).toBeVisible();
  await look('setup');
  await page.goto(`/auth/confirm#${secret}`);
  await expect(page.getByRole('heading', { name: 'Confirm your address' })).toBeVisible();
  await look('confirm-address');
  await page.goto('/auth/second-factor');
  await expect(page.getByRole('heading', { name: 'This sign-in has ended' })).toBeVisible();
  await look('second-factor-ended');
}

/** Every page about the safety of one's account, empty and full; ends signed out. */
export async function visitSafety(page: Page, account: Account, look: Look): Promise<void> {
  await VirtualPasskeys.plugIn(page);
  await page.goto('/settings/security');
  await expect(page.getByRole('button', { name: 'Set up' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Change password' })).toBeVisible();
  await look('security-empty');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByLabel('New password').fill('seven purple teapots');
  await expect(page.getByText('Strong')).toBeVisible();
  await look('change-password');
  const { app } = await enrol(page, look);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByRole('list', { name: 'Passkeys' })).toBeVisible();
  await look('security');
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByLabel('Code of the app')).toBeVisible();
  await look('remove-authenticator');

  await page.goto('/settings/devices');
  await expect(page.getByText('This device')).toBeVisible();
  await look('devices');
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('devices-end-all');

  await page.goto('/settings/api-keys');
  await expect(page.getByText('You have no keys')).toBeVisible();
  await look('api-keys-empty');
  for (const [name, life] of [
    ['nightly report', '30 days'],
    ['a copy of every conversation for the archive in the basement', 'Until revoked'],
  ] as const) {
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Good for').selectOption(life);
    await look('new-api-key');
    await page.getByRole('button', { name: 'Create the key' }).click();
    await expect(page.getByRole('region', { name: `The key “${name}”` })).toBeVisible();
    await look('api-key-once');
    await page.getByRole('button', { name: 'I have kept it' }).click();
  }
  await look('api-keys');

  await page.goto('/');
  const isNarrow = (page.viewportSize()?.width ?? 0) <= 900;
  if (isNarrow) await page.getByRole('button', { name: 'Open the sidebar' }).click();
  await page.getByRole('button', { name: /^Account:/ }).click();
  await page.getByRole('menuitem', { name: 'Forget this browser…' }).click();
  await expect(page.getByRole('dialog', { name: 'Sign out and forget?' })).toBeVisible();
  await look('forget');
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Sign out and forget' }).click()]);
  await expect(page).toHaveURL(/\/auth\/sign-in/);
  await signIn(page, account);
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible();
  await look('second-factor');
  await page.getByLabel('Code', { exact: true }).fill('000000');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'That code is not right' })).toBeVisible();
  await look('second-factor-error');
  await page.getByLabel('Code', { exact: true }).fill(await app.code());
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'What shall we work on?' })).toBeVisible();
}
