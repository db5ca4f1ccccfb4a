import type { Page } from '@playwright/test';
import { makeAdministrator } from '../src/administrators.ts';
import { composer, expect, register, say, thread } from './fixtures.ts';
import { addProvider, chooseInMenu, fetchAll, makeChain, openModels, provider } from './models-visit.ts';
import { test } from './offline-program.ts';

test('an administrator adds a provider, its models and a chain, and sees the next model stand in for one that answers 503', async ({
  page,
  account,
  program,
  model,
}) => {
  test.slow();
  await register(page, account);
  await expect(page.getByText('No model provider is set up.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Add a provider' })).toBeHidden();

  await test.step('the hint leads whoever may arrange models to them', async () => {
    await makeAdministrator(program, account.email);
    await page.reload();
    await page.getByRole('link', { name: 'Add a provider' }).click();
    await expect(page.getByRole('heading', { name: 'Models', level: 2 })).toBeVisible();
    await expect(page.getByText('No provider yet.')).toBeVisible();
  });

  await test.step('a provider without what it needs is not sent', async () => {
    await page.getByRole('button', { name: 'Add a provider' }).press('Enter');
    await expect(page.getByRole('combobox', { name: 'Provider' })).toBeFocused();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.getByText('This provider answers nobody without a key.')).toBeVisible();
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  await test.step('a wrong key is said by the test, and replaced without ever being shown', async () => {
    await addProvider(page, { name: 'Scripted', baseUrl: model.url, key: 'not-the-right-key' });
    await page.getByRole('button', { name: 'Test Scripted' }).click();
    await expect(provider(page, 'Scripted')).toContainText('The provider refuses the key.');
    await chooseInMenu(page, 'Scripted', 'Name, address, key…');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('Set, ends in -key')).toBeVisible();
    await dialog.getByRole('button', { name: 'Replace' }).click();
    await expect(dialog.getByLabel('Key')).toBeFocused();
    await dialog.getByLabel('Key').fill(model.key);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('button', { name: 'Menu of Scripted', exact: true })).toBeFocused();
    await page.getByRole('button', { name: 'Test Scripted' }).click();
    await expect(provider(page, 'Scripted')).toContainText(/The provider answers\. in \d/);
    expect(await page.content()).not.toContain(model.key);
  });

  await test.step('its models are fetched and chosen', async () => {
    await fetchAll(page, 'Scripted', 2);
    await expect(page.getByRole('list', { name: 'Models of Scripted' }).getByRole('listitem')).toHaveCount(2);
  });

  await test.step('what a model costs is kept to the last digit', async () => {
    await chooseInMenu(page, 'scripted-b', 'Change…');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Label').fill('The second');
    await dialog.getByLabel('Context window').fill('128000');
    await dialog.getByLabel('Input', { exact: true }).fill('0.15');
    await expect(dialog.getByText('Say what input and output cost, or leave all empty.')).toBeVisible();
    await dialog.getByLabel('Output', { exact: true }).fill('0,0755');
    await dialog.getByRole('checkbox', { name: 'Images' }).check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    const row = page.getByRole('listitem').filter({ hasText: 'The second' }).last();
    await expect(row).toContainText('$0.15 in, $0.0755 out');
    await expect(row).toContainText('128,000 tokens');
    await chooseInMenu(page, 'The second', 'Change…');
    await expect(dialog.getByLabel('Output', { exact: true })).toHaveValue('0.0755');
    await page.keyboard.press('Escape');
  });

  await test.step('a chain is made in order, by keys, and becomes the default', async () => {
    await makeChain(page, 'Steady', ['The second', 'scripted']);
    await chooseInMenu(page, 'Steady', 'Change…');
    const up = page.getByRole('dialog').getByRole('button', { name: 'Move scripted up' });
    await up.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByText('scripted is number 1 now.')).toBeAttached();
    await expect(up).toBeFocused();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
    const chain = page.getByRole('listitem').filter({ hasText: 'Steady' });
    await expect(chain.getByRole('listitem')).toHaveText([/scripted, from Scripted/, /The second, from Scripted/]);
    await chooseInMenu(page, 'Steady', 'Make it the default');
    await expect(chain.getByText('Default', { exact: true })).toBeVisible();
  });

  await test.step('the first model answers 503, which is said, and the second goes on', async () => {
    await page.goto('/');
    await expect(composer(page)).toBeVisible();
    await expect(page.getByText('No model provider is set up.')).toBeHidden();
    await say(page, '[[status 503 for scripted]] [[tokens 9 @0]]');
    await expect(thread(page).getByText(/Scripted answered 503\. Continued with The second\./)).toBeVisible({
      timeout: 30_000,
    });
    await expect(thread(page)).toContainText('t000009');
  });

  await test.step('off, nobody is answered by it; removed, it is gone with its models', async () => {
    await openModels(page);
    await chooseInMenu(page, 'Scripted', 'Turn off');
    await expect(provider(page, 'Scripted').getByText('Off', { exact: true })).toBeVisible();
    await expect(page.getByText('Not usable now')).toHaveCount(2);
    await chooseInMenu(page, 'Scripted', 'Remove…');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(page.getByText('No provider yet.')).toBeVisible();
    await expect(page.getByText('No model is left in it.')).toBeVisible();
  });
});

test('an organisation that a provider is not for does not see its models, and has chains of its own of those it may use', async ({
  page,
  account,
  program,
  model,
}) => {
  await register(page, { ...account, name: 'Grace' });
  await makeAdministrator(program, account.email);
  await page.reload();
  await openModels(page);
  await addProvider(page, { name: 'Near', baseUrl: model.url, key: model.key });
  await fetchAll(page, 'Near', 2);
  await makeOwnChain(page);

  await openModels(page);
  await chooseInMenu(page, 'Near', 'Who may use it…');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'Only some' }).check();
  await expect(dialog.getByText('Nobody yet: find an organisation and add it.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(provider(page, 'Near').getByText('For no organisation')).toBeVisible();
  await page.goto('/settings/chains');
  await expect(page.getByText('Not usable now')).toBeVisible();

  await openModels(page);
  await chooseInMenu(page, 'Near', 'Who may use it…');
  await dialog.getByRole('searchbox').fill('grace');
  await dialog.getByRole('button', { name: /^Add Grace/ }).click();
  await expect(dialog.getByRole('searchbox')).toBeFocused();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(provider(page, 'Near').getByText('1 organisation')).toBeVisible();
  await page.goto('/settings/chains');
  await expect(page.getByText('Mine')).toBeVisible();
  await expect(page.getByText('Not usable now')).toBeHidden();
});

async function makeOwnChain(page: Page): Promise<void> {
  await page.goto('/settings/chains');
  await makeChain(page, 'Mine', ['scripted']);
  await expect(page.getByRole('listitem').filter({ hasText: 'Mine' })).toContainText('scripted, from Near');
}
