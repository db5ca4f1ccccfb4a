import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** Settings → Models, filled. */
export async function openModels(page: Page): Promise<void> {
  await page.goto('/settings/models');
  await expect(page.getByRole('button', { name: 'Add a provider' })).toBeVisible();
  await expect(page.locator('main .pulse')).toHaveCount(0);
}

/** The row of a provider, with all that is below it. */
export function provider(page: Page, name: string): Locator {
  return page.getByRole('list', { name: 'Providers' }).locator('> li').filter({ hasText: name });
}

interface NewProvider {
  readonly name: string;
  readonly baseUrl: string;
  readonly key: string;
}

/** Adds a provider that no preset knows; its row is open afterwards. */
export async function addProvider(page: Page, { name, baseUrl, key }: NewProvider): Promise<void> {
  await page.getByRole('button', { name: 'Add a provider' }).click();
  await page.getByRole('combobox', { name: 'Provider' }).selectOption('Another one');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Base URL').fill(baseUrl);
  await page.getByLabel('Key', { exact: true }).fill(key);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('button', { name: `${name}: 0 models` })).toBeFocused();
}

/** Fetches what a provider has and adds all of it. */
export async function fetchAll(page: Page, name: string, count: number): Promise<void> {
  await page.getByRole('button', { name: `Fetch models… of ${name}` }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('searchbox')).toBeFocused();
  await dialog.getByRole('button', { name: 'Choose all shown' }).click();
  await dialog.getByRole('button', { name: `Add ${count} models` }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('list', { name: `Models of ${name}` })).toBeVisible();
}

export async function chooseInMenu(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Menu of ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** Makes a chain of models by their labels, in order. */
export async function makeChain(page: Page, name: string, labels: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'New chain' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  for (const label of labels) {
    const add = dialog.getByRole('combobox', { name: 'Add a model' });
    const option = add.getByRole('option', { name: new RegExp(`^${label}, `) });
    await add.selectOption({ label: (await option.textContent()) ?? '' });
  }
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog).toBeHidden();
}

/** In dollars for a million tokens, as they are typed. */
export async function setPrice(
  page: Page,
  label: string,
  price: { readonly input: string; readonly output: string },
): Promise<void> {
  await chooseInMenu(page, label, 'Change…');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Input', { exact: true }).fill(price.input);
  await dialog.getByLabel('Output', { exact: true }).fill(price.output);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
}
