import { type IdentityProvider, startIdentityProvider } from '@atelier/identity-provider/identity-provider';
import { newId } from '@atelier/kernel/ids';
import type { Page } from '@playwright/test';
import { modelSettings, RunningProgram } from '../src/program.ts';
import { test as base, expect, expectAccessible, register } from './fixtures.ts';
import { enrol } from './identity-visit.ts';

const test = base.extend<object, { readonly identityProvider: IdentityProvider }>({
  identityProvider: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures are needed
    async ({}, use) => {
      await using provider = await startIdentityProvider();
      await use(provider);
    },
    { scope: 'worker' },
  ],
  program: [
    async ({ model, identityProvider }, use) => {
      const { issuer, googleUrls, githubUrls, clientId, clientSecret } = identityProvider;
      await using program = await RunningProgram.start({
        env: {
          ...modelSettings(model),
          GOOGLE_URL: googleUrls.base,
          GOOGLE_CLIENT_ID: clientId,
          GOOGLE_CLIENT_SECRET: clientSecret,
          GITHUB_URL: githubUrls.base,
          GITHUB_CLIENT_ID: clientId,
          GITHUB_CLIENT_SECRET: clientSecret,
          OIDC_ISSUER: issuer,
          OIDC_CLIENT_ID: clientId,
          OIDC_CLIENT_SECRET: clientSecret,
          OIDC_NAME: 'Example',
        },
      });
      await use(program);
    },
    { scope: 'worker' },
  ],
});

const providers = ['Google', 'GitHub', 'Example'] as const;

test.afterEach(async ({ identityProvider }) => {
  identityProvider.setPerson(null);
  await identityProvider.comeBack();
});

interface Chosen {
  readonly subject?: string;
  readonly email: string;
  readonly verified?: 'true' | 'false' | 'missing' | 'text';
  readonly name?: string;
}

/** Opens the sign-in page, new installation or not, and goes to the provider. */
async function goTo(page: Page, provider: string, path = '/'): Promise<void> {
  await page.goto(path);
  await page.getByRole('link', { name: `Continue with ${provider}` }).click();
  await expect(page.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
}

/** Says at the provider's page who it is. */
async function choose(page: Page, { subject, email, verified = 'true', name = 'Grace' }: Chosen): Promise<void> {
  await page.getByLabel('Subject').fill(subject ?? String(Math.floor(Math.random() * 1e12)));
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Verified').selectOption(verified);
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Continue' }).click();
}

const newEmail = () => `${newId()}@example.com`;
const hello = (page: Page) => page.getByRole('heading', { name: 'What shall we work on?' });
const notice = (page: Page, text: RegExp) => page.getByRole('alert').filter({ hasText: text });

const idOf = { Google: 'google', GitHub: 'github', Example: 'oidc' } as const;

/** Goes to the provider and lets somebody sign in, but not come home: the address where the browser was sent to. */
async function heldBack(page: Page, identityProvider: IdentityProvider, provider: keyof typeof idOf): Promise<string> {
  const subject = String(Math.floor(Math.random() * 1e12));
  identityProvider.setPerson({ subject, email: newEmail(), emailVerified: true, name: 'Grace' });
  let url = `/auth/oauth/${idOf[provider]}/start`;
  // With the cookies of the page, one step after the other: a redirect cannot be stopped in a browser.
  while (!url.includes('/callback?')) {
    const answer = await page.request.get(url, { maxRedirects: 0 });
    url = new URL(answer.headers().location ?? '', answer.url()).href;
  }
  identityProvider.setPerson(null);
  return url;
}

for (const provider of providers) {
  test(`with ${provider}: signed in, back where one wanted to go, and still so after a reload`, async ({ page }) => {
    await goTo(page, provider, '/settings');
    await choose(page, { email: newEmail(), name: 'Grace Hopper' });

    await expect(page).toHaveURL(/\/settings$/);
    await expect(page.getByText('This installation')).toBeVisible();
    await page.reload();
    await expect(page.getByText('This installation')).toBeVisible();
    await expect(page.getByRole('button', { name: /Grace Hopper/ }).first()).toBeVisible();
  });

  test(`with ${provider}: whoever denies is told so, and can try again`, async ({ page }) => {
    await goTo(page, provider);
    await page.getByRole('button', { name: 'Deny' }).click();

    await expect(notice(page, new RegExp(`You did not allow ${provider}`))).toBeVisible();
    await page.getByRole('link', { name: `Continue with ${provider}` }).click();
    await choose(page, { email: newEmail() });
    await expect(hello(page)).toBeVisible();
  });

  test(`with ${provider}: what was not started in this browser is refused`, async ({
    page,
    browser,
    program,
    identityProvider,
  }) => {
    await page.goto('/');
    await test.step('a forged state', async () => {
      await page.goto(`/auth/oauth/${idOf[provider]}/callback?code=x&state=${'A'.repeat(43)}`);
      await expect(notice(page, /was not started here/)).toBeVisible();
    });

    const address = await heldBack(page, identityProvider, provider);
    await test.step('another browser', async () => {
      const context = await browser.newContext({ baseURL: program.url });
      const other = await context.newPage();
      await other.goto(address);
      await expect(notice(other, /was not started here/)).toBeVisible();
      await context.close();
    });
    await test.step('the right one, once', async () => {
      await page.goto(address);
      await expect(hello(page)).toBeVisible();
      await page.getByRole('button', { name: 'Account' }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await expect(page).toHaveURL(/\/auth\/sign-in/);
      await page.goto(address);
      await expect(notice(page, /was not started here/)).toBeVisible();
    });
  });

  test(`with ${provider}: away when the browser comes back`, async ({ page, identityProvider }) => {
    const address = await heldBack(page, identityProvider, provider);
    await identityProvider.goDown();
    await page.goto(address);

    await expect(notice(page, new RegExp(`${provider} does not answer`))).toBeVisible();
    await expect(page.getByRole('button', { name: /^(Sign in|Create account)$/ })).toBeEnabled();
  });

  test(`with ${provider}: an address that is not confirmed opens nothing`, async ({ page }) => {
    for (const verified of ['false', 'missing', 'text'] as const) {
      await goTo(page, provider);
      await choose(page, { email: newEmail(), verified });
      await expect(notice(page, new RegExp(`${provider} does not confirm`))).toBeVisible();
    }
  });

  test(`with ${provider}: the address of an account is no key to it; linking is`, async ({
    page,
    account,
    browser,
    program,
  }) => {
    const subject = String(Math.floor(Math.random() * 1e12));
    await register(page, account);

    await test.step('elsewhere, signed out, the same address is refused', async () => {
      const context = await browser.newContext({ baseURL: program.url });
      const other = await context.newPage();
      await goTo(other, provider);
      await choose(other, { subject, email: account.email });
      await expect(notice(other, /You already have an account/)).toBeVisible();
      await context.close();
    });
    await test.step('signed in, it is linked; the cookie that other sites cannot bring along decides', async () => {
      await page.evaluate(startLink, idOf[provider]);
      await choose(page, { subject, email: account.email });
      await expect(page).toHaveURL(/\/settings\/security\?linked=/);
    });
    await test.step('then it opens the same account', async () => {
      const context = await browser.newContext({ baseURL: program.url });
      const other = await context.newPage();
      await goTo(other, provider);
      await choose(other, { subject, email: newEmail(), name: 'Another name' });
      await expect(hello(other)).toBeVisible();
      await expect(other.getByRole('button', { name: new RegExp(account.name) }).first()).toBeVisible();
      await context.close();
    });
  });
}

/** In the page: what its button for linking does. */
async function startLink(provider: string): Promise<void> {
  const ask = async (path: string, body: object, headers: object) => {
    const response = await fetch(`/trpc/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return (await response.json()).result.data;
  };
  const { accessToken } = await ask('auth.renew', {}, {});
  const { address } = await ask('auth.startLink', { provider }, { authorization: `Bearer ${accessToken}` });
  location.assign(address);
}

test('with Google: whoever has an authenticator app is asked for it, and gets where they wanted to go', async ({
  page,
}) => {
  const [subject, email] = [String(Math.floor(Math.random() * 1e12)), newEmail()];
  await goTo(page, 'Google', '/settings/security');
  await choose(page, { subject, email });
  const { app } = await enrol(page);
  await page.getByRole('button', { name: /^Account:/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/auth\/sign-in/);

  await goTo(page, 'Google', '/settings/devices');
  await choose(page, { subject, email });
  await expect(page.getByRole('heading', { name: 'One more step' })).toBeVisible();
  await page.getByLabel('Code', { exact: true }).fill(await app.code());
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page).toHaveURL(/\/settings\/devices$/);
  await expect(page.getByText('This device')).toBeVisible();
});

test('linking in the settings: linked, shown with its address, and unlinked again', async ({ page, account }) => {
  await register(page, account);
  const email = newEmail();
  await page.goto('/settings/security');
  await page.getByRole('button', { name: 'Link GitHub' }).click();
  await choose(page, { email });
  await expect(page.getByText('GitHub is linked.')).toBeVisible();
  const accounts = page.getByRole('list', { name: 'Linked accounts' });
  await expect(accounts).toContainText(email);
  await accounts.getByRole('button', { name: 'Unlink GitHub' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();
  await expect(accounts.getByRole('button', { name: 'Link GitHub' })).toBeVisible();
});

test('nobody is led to another site', async ({ page, program }) => {
  await page.goto('/auth/sign-in?next=%2F%2Fevil.example');
  await expect(page.getByRole('link', { name: 'Continue with Google' })).toHaveAttribute(
    'href',
    '/auth/oauth/google/start',
  );
  await page.goto('/auth/oauth/google/start?returnTo=%2F%5Cevil.example');
  await choose(page, { email: newEmail() });
  await expect(hello(page)).toBeVisible();
  expect(page.url()).toBe(`${program.url}/`);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the page with buttons and a notice has no accessibility fault: ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 844 });
      await page.goto('/auth/sign-in?problem=link_first&provider=google');
      await expect(notice(page, /You already have an account/)).toBeVisible();
      await expect(page.getByRole('link', { name: 'Continue with GitHub' })).toBeVisible();
      await expectAccessible(page);
      if (process.env.PICTURES)
        await page.screenshot({ path: `${process.env.PICTURES}/providers-${width}-${colorScheme}.png` });
    }
  });
}

test.describe('in German', () => {
  test.use({ locale: 'de-DE' });

  test('buttons and notices speak German, and an invented problem says nothing', async ({ page }) => {
    await page.goto('/auth/sign-in?problem=provider_down&provider=oidc');
    await expect(notice(page, /Example antwortet nicht/)).toBeVisible();
    await expect(page.getByRole('link', { name: 'Weiter mit Google' })).toBeVisible();

    await page.goto('/auth/sign-in?problem=%3Cb%3Ecall+us%3C%2Fb%3E&provider=evil');
    await expect(page.getByRole('link', { name: 'Weiter mit Google' })).toBeVisible();
    await expect(page.getByText('call us')).toHaveCount(0);
  });
});
