import type { Page } from '@playwright/test';
import { newPerson } from '../src/people.ts';
import { modelSettings, RunningProgram } from '../src/program.ts';
import { test as base, expect, register, say, thread } from './fixtures.ts';

/** A program that soon has enough. */
const test = base.extend<object, { readonly program: RunningProgram }>({
  program: [
    async ({ model }, use) => {
      await using program = await RunningProgram.start({
        env: { ...modelSettings(model), LIMIT_AUTH_BY_ACCOUNT: '2', LIMIT_RUNS: '1' },
      });
      await use(program);
    },
    { scope: 'worker' },
  ],
});

/** What is refused with 429 is said by the browser as well. */
test.use({
  page: async ({ browser, program }, use) => {
    const context = await browser.newContext({ baseURL: program.url });
    await use(await context.newPage());
    await context.close();
  },
});

test('a form that was sent too often counts down, and can be sent again at the end', async ({ page, program }) => {
  await using person = await newPerson(program.url);
  await page.clock.install();
  await page.goto('/auth/sign-in');
  for (const _ of [1, 2, 3]) await attempt(page, `no-${person.email}`);
  const note = page.getByRole('timer');
  await expect(note).toHaveText(/^Try again in \d+ s\.$/);
  const button = page.getByRole('button', { name: 'Sign in', exact: true });
  await expect(button).toBeDisabled();
  const before = await note.innerText();
  await page.clock.runFor(3000);
  expect(await note.innerText()).not.toBe(before);

  await page.clock.runFor(60_000);
  await expect(note).toBeHidden();
  await expect(button).toBeEnabled();
});

test('a message that is one too many is kept, and says when it can be sent', async ({ page, account }) => {
  await register(page, account);
  await say(page, '[[say first]]');
  await expect(thread(page).getByText('first', { exact: true })).toBeVisible();
  await say(page, '[[say second]]');
  await expect(page.getByText(/^Not sent\. That was too much in a short time/)).toContainText(/Try again in \d+ min\./);
  await expect(page.getByRole('button', { name: 'Try again' })).toBeDisabled();
  await page.reload();
  await expect(page.getByText('[[say second]]')).toBeVisible();

  await page.goto('/settings/limits');
  await expect(page.getByText('0 of 1 left in 60 min')).toBeVisible();
});

async function attempt(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill('not it at all');
  const answered = page.waitForResponse(/auth\.signIn/);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await answered;
}
