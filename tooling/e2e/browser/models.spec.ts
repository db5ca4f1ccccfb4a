import type { Page } from '@playwright/test';
import { makeAdministrator } from '../src/administrators.ts';
import { composer, expect, register, say, thread } from './fixtures.ts';
import { addProvider, chooseInMenu, fetchAll, makeChain, openModels, provider, setPrice } from './models-visit.ts';
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

  await test.step('a picture that the first of the chain cannot see is told of before it is sent', async () => {
    const buffer = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    await page.locator('main input[type=file]').setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer });
    await expect(page.getByText('The model cannot see pictures')).toBeVisible();
    await page.getByRole('button', { name: /^Who answers: / }).click();
    await page.getByRole('option', { name: /^The second/ }).click();
    await expect(page.getByText('The model cannot see pictures')).toBeHidden();
    await say(page, '[[images]]');
    await expect(thread(page)).toContainText('I was sent 1 picture: image/png.');
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

test('a model is chosen where one writes; its answer says what it cost, and a budget that is spent stops the next', async ({
  page,
  account,
  program,
  model,
}) => {
  test.slow();
  await register(page, account);
  await makeAdministrator(program, account.email);
  await page.reload();
  await openModels(page);
  await addProvider(page, { name: 'Counted', baseUrl: model.url, key: model.key });
  await fetchAll(page, 'Counted', 2);
  await setPrice(page, 'scripted-b', { input: '3', output: '15' });
  const whoAnswers = page.getByRole('button', { name: /^Who answers: / });

  await test.step('a new chat begins with what was chosen by its name, by keys alone', async () => {
    await page.goto('/');
    await expect(whoAnswers).toHaveAccessibleName('Who answers: scripted');
    await whoAnswers.press('Enter');
    const search = page.getByRole('combobox', { name: 'Who answers' });
    await expect(search).toBeFocused();
    await search.fill('-b');
    await expect(page.getByRole('option', { name: /^scripted-b/ })).toContainText('$3.00 in, $15.00 out for a million');
    await search.press('Enter');
    await expect(whoAnswers).toHaveAccessibleName('Who answers: scripted-b');
    await expect(whoAnswers).toBeFocused();
    await page.reload();
    await expect(whoAnswers).toHaveAccessibleName('Who answers: scripted-b');
    await say(page, '[[tokens 9 @0]]');
    await expect(thread(page)).toContainText('t000009');
    await expect(whoAnswers).toHaveAccessibleName('Who answers: scripted-b');
  });

  await test.step('the answer says who wrote it, and for how much', async () => {
    await thread(page).getByRole('article').last().hover();
    await expect(thread(page).getByText(/^scripted-b · .* · \d+ tokens · \$0\.\d+$/)).toBeVisible();
  });

  await test.step('what is usual is chosen again, for this session', async () => {
    await whoAnswers.click();
    await page.getByRole('option', { name: /^As usual: scripted/ }).click();
    await expect(whoAnswers).toHaveAccessibleName('Who answers: scripted');
    await say(page, '[[tokens 3 @0]]');
    await expect(thread(page).getByText(/^scripted · .* · price unknown$/)).toBeAttached();
  });

  await test.step('an administrator sees who used what, and sets a budget', async () => {
    const session = page.url();
    await page.goto('/settings/organisation-usage');
    await expect(page.getByRole('list', { name: 'By model' })).toContainText('scripted-b, from Counted');
    await expect(page.getByRole('list', { name: 'By member' })).toContainText('Ada');
    await expect(page.getByText('Of 1 call nobody knows what it cost')).toBeVisible();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    expect((await download).suggestedFilename()).toMatch(/^atelier-usage-.*\.csv$/);
    await page.getByRole('button', { name: 'Set a budget' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog.getByText('Say how much money, how many tokens, or both.')).toBeVisible();
    await dialog.getByLabel('US dollars a month').fill('0.00001');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('list', { name: 'Budgets' })).toContainText('of $0.00001 this month');
    await page.goto(session);
  });

  await test.step('the next message is kept, and told at once why nobody answers it', async () => {
    await say(page, 'And now?');
    await expect(thread(page).getByRole('alert')).toContainText(
      /^The budget of .*, \$0\.00001 a month, is used up \(\$0\.\d+\)\. It renews on .* Ada can raise it\./,
    );
    await expect(thread(page)).toContainText('And now?');
    await page.goto('/settings/usage');
    await expect(page.getByRole('list', { name: 'What you may spend' })).toContainText('of $0.00001 this month');
  });

  // The next test of this worker begins without a provider, too.
  await openModels(page);
  await expect(provider(page, 'Counted')).toContainText('Answered');
  await chooseInMenu(page, 'Counted', 'Remove…');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByText('No provider yet.')).toBeVisible();
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
