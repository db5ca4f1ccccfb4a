import { composer, expect, register, say, test, thread } from './fixtures.ts';

test('by keys alone: after renaming, archiving and deleting a session the focus is near where it was', async ({
  page,
  account,
}) => {
  await register(page, account);
  for (const name of ['one', 'two', 'three']) {
    await page.keyboard.press('Control+Shift+O');
    await expect(page.getByRole('heading', { name: 'What shall we work on?' })).toBeVisible();
    await say(page, `[[say ${name}]]`);
    await expect(thread(page).getByText(name, { exact: true })).toBeVisible();
  }
  const list = page.getByRole('navigation', { name: 'Sessions' });
  const row = (name: string) => list.getByRole('link', { name, exact: true });
  const choose = async (name: string, item: string) => {
    await list.getByRole('button', { name: `Menu of ${name}` }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: item }).focus();
    await page.keyboard.press('Enter');
  };

  await choose('[[say two]]', 'Rename');
  await expect(list.getByRole('textbox', { name: 'Title' })).toBeFocused();
  await page.keyboard.type('Two');
  await page.keyboard.press('Enter');
  await expect(row('Two')).toBeFocused();

  await choose('Two', 'Archive');
  await expect(row('Two')).toBeHidden();
  await expect(row('[[say one]]')).toBeFocused();

  await choose('[[say one]]', 'Delete…');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).press('Enter');
  await expect(list.getByRole('button', { name: 'Menu of [[say one]]' })).toBeFocused();
  await choose('[[say one]]', 'Delete…');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter');
  await expect(row('[[say one]]')).toBeHidden();
  await expect(row('[[say three]]')).toBeFocused();

  await choose('[[say three]]', 'Delete…');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'What shall we work on?' })).toBeVisible();
  await expect(composer(page)).toBeFocused();
});
