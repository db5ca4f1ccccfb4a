import { newId } from '@atelier/kernel/ids';
import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { modelSettings, RunningProgram } from '../src/program.ts';

export interface Account {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

interface TestFixtures {
  /** Somebody new, not yet registered. */
  readonly account: Account;
  /** A page whose console must stay clean of errors. */
  readonly page: Page;
}

interface WorkerFixtures {
  readonly model: ModelServer;
  /** The built program with the scripted model, for all tests of a worker. */
  readonly program: RunningProgram;
}

/** What the browser notes by itself: a first visit has no sign-in to renew, what is refused is refused, servers die. */
const expectedNoise =
  /status of (400|401|403|404|409|413|429|503)|WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_NETWORK/;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  model: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures are needed
    async ({}, use) => {
      await using model = await startModelServer();
      await use(model);
    },
    { scope: 'worker' },
  ],
  program: [
    async ({ model }, use) => {
      await using program = await RunningProgram.start({
        env: { ...modelSettings(model), UPLOAD_MAX_MB: '1' },
      });
      await use(program);
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ program }, use) => use(program.url),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures are needed
  account: async ({}, use) => {
    await use({ name: 'Ada', email: `ada-${newId()}@example.com`, password: 'correct horse battery' });
  },
  page: async ({ page }, use) => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !expectedNoise.test(message.text())) problems.push(message.text());
    });
    await use(page);
    expect(problems).toEqual([]);
  },
});

export { expect };

export async function register(page: Page, account: Account): Promise<void> {
  await page.goto('/auth/register');
  await page.getByLabel('Your name').fill(account.name);
  await page.getByLabel('Email').fill(account.email);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'What shall we work on?' })).toBeVisible();
}

export function composer(page: Page) {
  return page.getByRole('textbox', { name: 'Message' });
}

export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

export function thread(page: Page) {
  return page.getByRole('region', { name: 'Conversation' });
}

/** The numbers of the scripted model's words that the page shows, in order. */
export async function wordsShown(page: Page): Promise<readonly number[]> {
  const text = await thread(page).innerText();
  return [...text.matchAll(/t(\d{6})/g)].map(([, number]) => Number(number));
}

/** The rules of axe by which a page is looked at: some, all but some, or all. */
export interface Rules {
  readonly only?: string[];
  readonly without?: string[];
}

/** Without frames of other sites, the older way of axe finds the same, three times as fast. */
export async function expectAccessible(page: Page, { only, without = [] }: Rules = {}): Promise<void> {
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (only ? axe.withRules(only) : axe.disableRules(without)).analyze();
  const found = violations
    .map(({ id, help, nodes }) => ({ id, help, nodes: nodes.filter(({ target }) => !isOpenMenu(id, String(target))) }))
    .filter(({ nodes }) => nodes.length > 0)
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target).join(', ')})`);
  expect(found).toEqual([]);
}

/** A menu that is open hangs beside the page's landmarks, as ARIA's own examples do; it is gone with the next key. */
function isOpenMenu(rule: string, target: string): boolean {
  return rule === 'region' && target.includes('data-radix-popper-content-wrapper');
}
