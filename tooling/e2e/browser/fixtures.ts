import { newId } from '@atelier/kernel/ids';
import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { test as base, expect, type Page } from '@playwright/test';
import axe from 'axe-core';
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

/**
 * What the browser notes by itself: a first visit has no sign-in to renew, what is refused is refused, servers die, and a
 * subscription says goodbye on a socket that is being closed.
 */
const expectedNoise =
  /status of (400|401|403|404|409|413|429|503)|WebSocket connection to .* failed|already in CLOSING or CLOSED|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_NETWORK/;

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

/** What axe finds wrong with a page, by these rules. It is read into a page once, and tells what is wrong only. */
export async function expectAccessible(page: Page, { only, without = [] }: Rules = {}): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const options: axe.RunOptions = {
    resultTypes: ['violations'],
    rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])),
    ...(only && { runOnly: { type: 'rule', values: only } }),
  };
  const violations = await page.evaluate(async (options) => {
    // Read in above.
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const results = await axe.run(document, options);
    return results.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      targets: nodes.map(({ target }) => `${target}`),
    }));
  }, options);
  const found = violations
    .map(({ id, help, targets }) => ({ id, help, targets: targets.filter((target) => !isOpenMenu(id, target)) }))
    .filter(({ targets }) => targets.length > 0)
    .map(({ id, help, targets }) => `${id}: ${help} (${targets.join(', ')})`);
  expect(found).toEqual([]);
}

/** A menu that is open hangs beside the page's landmarks, as ARIA's own examples do; it is gone with the next key. */
function isOpenMenu(rule: string, target: string): boolean {
  return rule === 'region' && target.includes('data-radix-popper-content-wrapper');
}
