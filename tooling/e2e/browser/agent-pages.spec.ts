import type { Page } from '@playwright/test';
import { makeAdministrator } from '../src/administrators.ts';
import { expect, register, say, thread } from './fixtures.ts';
import { lookAs, walked } from './look.ts';
import { addProvider, chooseInMenu, fetchAll, makeChain, openModels, provider } from './models-visit.ts';
import { test } from './offline-program.ts';

for (const size of walked) {
  test(`nor has one about models, chains and rules: ${size}`, async ({ page, account, program, model }) => {
    test.slow();
    const look = await lookAs(page, size);
    await register(page, account);
    await makeAdministrator(program, account.email);
    await page.reload();
    await expect(page.getByRole('link', { name: 'Add a provider' })).toBeVisible();
    await look('new-chat-offline');

    await openModels(page);
    await page.getByRole('button', { name: 'Add a provider' }).click();
    await page.getByRole('combobox', { name: 'Provider' }).selectOption('vLLM');
    await page.getByLabel('Base URL').fill('not an address');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.getByText(/Write an address like/)).toBeVisible();
    await look('models-new-provider');
    await page.getByRole('button', { name: 'Cancel' }).click();

    const name = `Scripted ${size}`;
    await addProvider(page, { name, baseUrl: model.url, key: model.key });
    await fetchAll(page, name, 2);
    await chooseInMenu(page, 'scripted', 'Change…');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Label').fill('A model with a rather long name that somebody typed, 2026-11');
    await dialog.getByLabel('Context window').fill('200000');
    await dialog.getByLabel('Longest answer').fill('many');
    await dialog.getByLabel('Input', { exact: true }).fill('0.15');
    await look('models-edit');
    await dialog.getByLabel('Longest answer').fill('');
    await dialog.getByLabel('Output', { exact: true }).fill('0.6');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();

    await page.getByRole('button', { name: `Fetch models… of ${name}` }).click();
    await expect(dialog.getByRole('checkbox').first()).toBeVisible();
    await look('models-fetch');
    await page.keyboard.press('Escape');
    await makeChain(page, 'Steady', ['scripted-b', 'A model with a rather long name that somebody typed, 2026-11']);
    await chooseInMenu(page, 'Steady', 'Make it the default');
    await chooseInMenu(page, 'Steady', 'Change…');
    await expect(dialog.getByRole('button', { name: 'Move scripted-b down' })).toBeVisible();
    await look('models-chain');
    await page.keyboard.press('Escape');
    await chooseInMenu(page, name, 'Name, address, key…');
    await expect(dialog.getByRole('button', { name: 'Replace' })).toBeVisible();
    await look('models-connection');
    await page.keyboard.press('Escape');
    await chooseInMenu(page, name, 'Who may use it…');
    await dialog.getByRole('radio', { name: 'Only some' }).check();
    await expect(dialog.getByRole('button', { name: /^Add / }).first()).toBeVisible();
    await look('models-access');
    await page.keyboard.press('Escape');
    await addProvider(page, { name: `Away ${size}`, baseUrl: 'http://127.0.0.1:9/v1', key: 'a-key-of-somebody' });
    await page.getByRole('button', { name: `Test Away ${size}` }).click();
    await page.getByRole('button', { name: `Test ${name}` }).click();
    await expect(provider(page, name)).toContainText('The provider answers.');
    await expect(provider(page, `Away ${size}`)).toContainText('Nothing answers at this address.');
    await look('models');
    await chooseInMenu(page, `Away ${size}`, 'Remove…');
    await look('models-remove');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(dialog).toBeHidden();

    await page.goto('/settings/chains');
    await makeChain(page, 'Ours', ['scripted-b']);
    await look('chains');
    await lookAtMoney(page, look);
    // The other sizes begin without a provider, too.
    await openModels(page);
    await chooseInMenu(page, name, 'Remove…');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(page.getByText('No provider yet.')).toBeVisible();
    await chooseInMenu(page, 'Steady', 'Remove…');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(page.getByText('There are no models yet to make a chain of.')).toBeVisible();
  });

  test(`nor has what an agent asks, and the rules about it: ${size}`, async ({ page, account }) => {
    test.slow();
    const look = await lookAs(page, size);
    await register(page, account);
    await page.goto('/settings/organisation-approvals');
    await page.getByRole('button', { name: 'Never write secrets' }).click();
    await page.getByRole('button', { name: 'Add the rule' }).click();
    await expect(page.getByRole('button', { name: 'Remove the rule write_file .env*' })).toBeVisible();
    await look('organisation-approvals');
    await page.goto('/settings/approvals');
    await page.getByRole('button', { name: 'Run tests without asking' }).click();
    await page.getByRole('button', { name: 'Add the rule' }).click();
    await expect(page.getByRole('button', { name: 'Remove the rule run_command npm test*' })).toBeVisible();
    await page.getByLabel('Tool', { exact: true }).fill('write_file');
    await page.getByLabel('What it is about').fill('*');
    await page.getByLabel('What happens').selectOption('Ask');
    await page.getByRole('button', { name: 'Add the rule' }).click();
    await expect(page.getByRole('button', { name: 'Remove the rule write_file *' })).toBeVisible();
    await look('approvals');

    await page.goto('/');
    await say(
      page,
      'write notes.md: # Notes\n\nWhat is to be done, and by whom, in some more words than fit on one line.',
    );
    const card = thread(page).getByRole('region', { name: /^May the agent do this\?/ });
    await expect(card).toBeVisible();
    await look('approval');
    await card.getByRole('button', { name: 'Edit arguments' }).click();
    await card.getByRole('textbox', { name: 'Arguments' }).fill('{');
    await look('approval-edited');
    await card.getByRole('button', { name: 'Undo edits' }).click();
    await card.getByRole('button', { name: 'Deny' }).click();
    await look('approval-denied');
    await card.getByRole('textbox').press('Enter');
    await expect(card).toBeHidden();
    await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();

    await say(page, 'ask me which colour should the new front door have | red | blue, as it was before the storm');
    const question = thread(page).getByRole('region', { name: /front door/ });
    await expect(question).toBeVisible();
    await look('question');
    await question.getByRole('textbox', { name: 'Your answer' }).fill('green');
    await question.getByRole('button', { name: 'Answer', exact: true }).click();
    await expect(question).toBeHidden();
    await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
    await look('answered');
  });
}

/** Who answers, what it took and what it may take, where two models are arranged and one has a price. */
async function lookAtMoney(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  const whoAnswers = page.getByRole('button', { name: /^Who answers: / });
  await page.goto('/');
  await whoAnswers.click();
  await expect(page.getByRole('option')).toHaveCount(5);
  await look('model-picker');
  await page.getByRole('option', { name: /^A model with a rather long name/ }).click();
  await say(page, '[[tokens 40 @0]]');
  await expect(thread(page)).toContainText('t000040');
  await thread(page).getByRole('article').last().hover();
  await look('answer-figures');
  await whoAnswers.click();
  await page.getByRole('option', { name: /^scripted-b/ }).click();
  await say(page, '[[tokens 20 @0]]');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();

  await say(page, '[[status 401]]');
  await expect(thread(page).getByRole('alert')).toContainText('refused the API key');
  await openModels(page);
  await expect(page.getByText('Last failed now: it refused the key')).toBeVisible();
  await look('models-failing');

  await page.goto('/settings/organisation-usage');
  await expect(page.getByRole('list', { name: 'By member' })).toBeVisible();
  await look('organisation-usage-without-budget');
  await page.getByRole('button', { name: 'Set a budget' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('US dollars a month').fill('0.00002');
  await dialog.getByLabel('Tokens a day').fill('many');
  await look('budget');
  await dialog.getByLabel('Tokens a day').fill('1000');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('list', { name: 'Budgets' })).toContainText('of 1,000 tokens today');
  await look('organisation-usage');
  await page.goto('/settings/usage');
  await expect(page.getByRole('list', { name: 'What you may spend' })).toBeVisible();
  await look('usage');
  await page.goto('/');
  await say(page, 'And now?');
  await expect(thread(page).getByRole('alert')).toContainText('is used up');
  await look('budget-spent');
}

test.describe('in German', () => {
  test.use({ locale: 'de-DE' });

  test('the longer words of models and rules fit on a phone', async ({ page, account, program }) => {
    const look = await lookAs(page, 'phone', 'phone-german');
    await page.goto('/auth/register');
    await page.getByLabel('Ihr Name').fill(account.name);
    await page.getByLabel('E-Mail').fill(account.email);
    await page.getByLabel('Passwort').fill(account.password);
    await page.getByRole('button', { name: 'Konto anlegen' }).click();
    await expect(page.getByRole('textbox', { name: 'Nachricht' })).toBeVisible();
    await makeAdministrator(program, account.email);
    await page.goto('/settings/models');
    await page.getByRole('button', { name: 'Anbieter hinzufügen' }).click();
    await page.getByRole('combobox', { name: 'Anbieter' }).selectOption('llama.cpp');
    await expect(page.getByText(/sonst hat der Agent keine Werkzeuge/)).toBeVisible();
    await look('models-new-provider');
    await page.goto('/settings/organisation-usage');
    await expect(page.getByText('In dieser Zeit wurde nichts verbraucht.')).toBeVisible();
    await page.getByRole('button', { name: 'Budget setzen' }).click();
    await page.getByRole('button', { name: 'Speichern', exact: true }).click();
    await expect(page.getByText('Sagen Sie, wie viel Geld, wie viele Token, oder beides.')).toBeVisible();
    await look('budget');
    await page.goto('/settings/approvals');
    await page.getByRole('button', { name: 'Vor jedem Push fragen' }).click();
    await page.getByRole('button', { name: 'Regel hinzufügen' }).click();
    await expect(page.getByRole('list', { name: 'Ihre Regeln' })).toContainText('Sie · Wird jedes Mal gefragt.');
    await look('approvals');
  });
});
