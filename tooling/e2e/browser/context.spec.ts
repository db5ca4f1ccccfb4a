import type { Page } from '@playwright/test';
import { makeAdministrator } from '../src/administrators.ts';
import { expect, register, say, thread } from './fixtures.ts';
import { lookAs, walked } from './look.ts';
import { addProvider, chooseInMenu, fetchAll, openModels, setPrice } from './models-visit.ts';
import { test } from './offline-program.ts';

const gauge = (page: Page) => page.getByRole('meter', { name: 'Context' });
const percent = async (page: Page) => Number(await gauge(page).getAttribute('value'));

const answers = (page: Page) => thread(page).getByRole('article', { name: 'Agent' });

async function choose(page: Page, option: RegExp): Promise<void> {
  await page.getByRole('button', { name: /^Who answers: / }).click();
  await page.getByRole('option', { name: option }).click();
}

async function describeWindow(page: Page, label: string, tokens: number): Promise<void> {
  await chooseInMenu(page, label, 'Change…');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Context window').fill(String(tokens));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
}

test('the gauge beside Send tells how full the window is, warns before it is summed up, and falls afterwards', async ({
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
  await setPrice(page, 'scripted', { input: '1', output: '2' });
  await describeWindow(page, 'scripted', 12_000);
  await describeWindow(page, 'scripted-b', 1_000_000);

  await test.step('nothing is told before the first answer', async () => {
    await page.goto('/');
    await choose(page, /^scripted 12,000/);
    await expect(gauge(page)).toBeHidden();
    await say(page, `[[say first]] ${'word '.repeat(2000)}`);
    await expect(answers(page)).toContainText(['first']);
  });

  await test.step('then the share of the window, and pressed what is behind it', async () => {
    await expect(gauge(page)).toBeAttached();
    const before = await percent(page);
    expect(before).toBeGreaterThan(10);
    expect(before).toBeLessThan(75);
    await page.getByRole('button', { name: /^Context: / }).click();
    const told = page.getByRole('dialog', { name: 'Context' });
    await expect(told).toContainText('12,000 tokens');
    await expect(told).toContainText('scripted');
    await expect(told).toContainText(/Used in this session.*tokens/);
    await expect(told).toContainText(/\$0\.00\d+/);
    await page.keyboard.press('Escape');
    await expect(told).toBeHidden();
    await expect(page.getByRole('button', { name: /^Context: / })).toBeFocused();
  });

  await test.step('it is measured by whoever is asked next, and warns from three quarters on', async () => {
    await choose(page, /^scripted-b/);
    await expect.poll(() => percent(page)).toBeLessThan(5);
    await say(page, `[[say second]] ${'more '.repeat(5500)}`);
    await expect(answers(page)).toContainText(['first', 'second']);
    expect(await percent(page)).toBeLessThan(5);
    await expect(page.getByText('The context is nearly full')).toBeHidden();
    await choose(page, /^scripted 12,000/);
    await expect(page.getByText('The context is nearly full')).toBeVisible();
    expect(await percent(page)).toBeGreaterThanOrEqual(75);
    for (const size of walked) {
      const look = await lookAs(page, size);
      await look('context-warning');
      await page.getByRole('button', { name: /^Context: / }).click();
      await look('context-open');
      await page.keyboard.press('Escape');
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  await test.step('a reload shows the same, and a summary makes it fall', async () => {
    const before = await percent(page);
    await page.reload();
    await expect.poll(() => percent(page)).toBe(before);
    await say(page, `[[say third]] ${'yet more '.repeat(300)}`);
    await expect(page.getByText('The conversation was summed up for the model')).toBeVisible();
    await expect(page.getByText('The context is nearly full')).toBeHidden();
    await expect.poll(() => percent(page)).toBeLessThan(75);
  });
});
