import type { Page } from '@playwright/test';
import { expect, register, say, test, thread } from './fixtures.ts';
import { lookAs, walked } from './look.ts';

const write = (path: string, text: string) => `[[tool write_file ${JSON.stringify({ path, text })}]]`;
const answers = (page: Page) => thread(page).getByRole('article', { name: 'Agent' });
const toAnswer = (page: Page, n: number) =>
  answers(page).nth(n).getByRole('button', { name: 'Put files back to after this answer' });
const panel = (page: Page) => page.getByRole('complementary', { name: 'Workspace panel' });
const dialog = (page: Page) => page.getByRole('dialog', { name: /^Put files back/ });
const file = (page: Page, name: string) => panel(page).getByRole('button', { name: new RegExp(`^${name}`) });

/** It closes by itself where there is no room for it. */
async function openPanel(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Workspace panel', exact: true });
  await expect(panel(page).or(button).first()).toBeVisible();
  if (await button.isVisible()) await button.click();
  await expect(panel(page)).toBeVisible();
}

test('files are put back to an answer from the chat, after it is said what that changes, and it can be undone', async ({
  page,
  account,
}) => {
  await register(page, account);
  await say(page, `${write('plan.md', 'one')} [[say first]]`);
  await expect(answers(page)).toContainText(['first']);
  await say(page, `${write('plan.md', 'two')} ${write('notes/extra.md', 'more')} [[say second]]`);
  await expect(answers(page)).toContainText(['first', 'second']);
  await expect(file(page, 'Folder notes')).toBeVisible();

  await test.step('the latest is how the files are', async () => {
    await toAnswer(page, 1).click();
    await expect(dialog(page)).toContainText('There is nothing to put back.');
    await expect(dialog(page).getByRole('button', { name: 'Put back' })).toBeHidden();
    await page.keyboard.press('Escape');
    await expect(dialog(page)).toBeHidden();
  });

  await test.step('an earlier one says what it changes, and does it', async () => {
    for (const size of walked) {
      const look = await lookAs(page, size);
      await look('restore-thread');
      await toAnswer(page, 0).click();
      await expect(dialog(page)).toContainText('1 changed, 1 removed');
      await look('restore-asks');
      await page.keyboard.press('Escape');
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await toAnswer(page, 0).click();
    await expect(dialog(page).getByRole('listitem')).toHaveText([/notes\/extra\.md/, /plan\.md/]);
    await dialog(page).getByRole('button', { name: 'Put back' }).click();
    await expect(dialog(page)).toBeHidden();
    await openPanel(page);
    await expect(file(page, 'Folder notes')).toBeHidden();
  });

  await test.step('it is undone at once, or from the changes later', async () => {
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(file(page, 'Folder notes')).toBeVisible();
    await page.getByRole('tab', { name: 'Changes' }).click();
    await expect(page.getByText('Files were put back')).toHaveCount(2);
    for (const size of walked) {
      const look = await lookAs(page, size);
      await openPanel(page);
      await page.getByRole('tab', { name: 'Changes' }).click();
      await look('restore-changes');
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await openPanel(page);
    await page.getByRole('tab', { name: 'Changes' }).click();
    await panel(page).getByRole('button', { name: 'Undo' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Put back' }).click();
    await page.getByRole('tab', { name: 'Files' }).click();
    await expect(file(page, 'Folder notes')).toBeHidden();
  });

  await test.step('not while the agent is at work', async () => {
    await say(page, '[[tokens 200 @20/s]]');
    await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
    await expect(toAnswer(page, 0)).toBeDisabled();
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect(toAnswer(page, 0)).toBeEnabled();
    await thread(page).getByText('[[say first]]').hover();
    await page.getByRole('button', { name: 'Put files back to before this message' }).first().click();
    await dialog(page).getByRole('button', { name: 'Put back' }).click();
    await expect(file(page, 'plan.md')).toBeHidden();
  });
});
