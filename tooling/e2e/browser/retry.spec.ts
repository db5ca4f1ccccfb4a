import type { Page } from '@playwright/test';
import { makeAdministrator } from '../src/administrators.ts';
import { expect, register, say, thread } from './fixtures.ts';
import { lookAs, walked } from './look.ts';
import { addProvider, fetchAll, openModels } from './models-visit.ts';
import { test } from './offline-program.ts';

const answers = (page: Page) => thread(page).getByRole('article', { name: 'Agent' });
const retryWith = (page: Page) => page.getByRole('button', { name: 'Retry with another model' });

test('an answer is asked for again of another model, by its list, and says who wrote it', async ({
  page,
  account,
  program,
  model,
}) => {
  test.slow();
  await register(page, account);
  await makeAdministrator(program, account.email);
  await openModels(page);
  await addProvider(page, { name: 'Scripted', baseUrl: model.url, key: model.key });
  await fetchAll(page, 'Scripted', 2);

  await test.step('one that is there', async () => {
    await page.goto('/');
    await say(page, '[[say hello]]');
    await expect(answers(page).getByText(/^scripted · /)).toBeAttached();
    await retryWith(page).click();
    const list = page.getByRole('dialog', { name: 'Retry with another model' });
    await expect(list.getByRole('combobox')).toBeFocused();
    await expect(list.getByRole('option', { name: /^As usual/ })).toBeHidden();
    await page.keyboard.type('ted-b');
    await page.keyboard.press('Enter');
    await expect(answers(page).getByText(/^scripted-b · /)).toBeAttached();
    await expect(answers(page)).toHaveCount(1);
    await expect(answers(page)).toContainText('hello');
  });

  await test.step('the session’s own stays who it was', async () => {
    await expect(page.getByRole('button', { name: 'Who answers: scripted', exact: true })).toBeVisible();
    await say(page, '[[say again]]');
    await expect(answers(page)).toContainText(['hello', 'again']);
    await expect(
      answers(page)
        .last()
        .getByText(/^scripted · /),
    ).toBeAttached();
  });

  await test.step('one that failed', async () => {
    await say(page, '[[status 401 for scripted]] [[say fine]]');
    await expect(page.getByRole('alert').filter({ hasText: 'Scripted' })).toBeVisible();
    for (const size of walked) {
      const look = await lookAs(page, size);
      await look('retry-failed');
      await retryWith(page).click();
      await expect(page.getByRole('dialog', { name: 'Retry with another model' })).toBeVisible();
      await look('retry-with');
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog', { name: 'Retry with another model' })).toBeHidden();
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await retryWith(page).click();
    await page.getByRole('option', { name: /^scripted-b/ }).click();
    await expect(answers(page).last()).toContainText('fine');
    await expect(
      answers(page)
        .last()
        .getByText(/^scripted-b · /),
    ).toBeAttached();
  });
});
