import { upTo } from '../src/people.ts';
import { composer, expect, register, say, test, thread, wordsShown } from './fixtures.ts';

test('register, chat, watch it stream, refresh, open a second tab, stop, upload, archive, sign out', async ({
  page,
  account,
  context,
}) => {
  await test.step('signed out leads to sign-in, and back afterwards', async () => {
    await page.goto('/settings');
    await expect(page).toHaveURL(/\/auth\/(sign-in|register)\?next=%2Fsettings/);
    await register(page, account);
  });

  await test.step('the answer streams: reasoning, tool card, text', async () => {
    await say(
      page,
      '[[reason 10 @40/s]] [[tool write_file {"path":"notes.md","text":"# Hello"}]] [[tokens 120 @30/s]]',
    );
    await expect(page).toHaveURL(/\/s\//);
    await expect(page.getByText('Reasoned for')).toBeVisible();
    await expect(page.getByRole('button', { name: /Write notes\.md/ })).toBeVisible();
    await expect(thread(page)).toContainText('t000010');
    await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  });

  await test.step('the file the agent wrote is in the panel', async () => {
    await page.getByRole('button', { name: /notes\.md 7 bytes/ }).click();
    await expect(page.getByText('# Hello', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Back to the files' }).click();
  });

  await test.step('a refresh in the middle goes on at the same place', async () => {
    await page.reload();
    const shown = await wordsShown(page);
    expect(shown).toEqual(upTo(shown.length));
    await expect(thread(page)).toContainText('t000060');
  });

  await test.step('a second tab shows the same stream', async () => {
    const second = await context.newPage();
    await second.goto(page.url());
    await expect(thread(second)).toContainText('t000120', { timeout: 20_000 });
    await expect(thread(page)).toContainText('t000120');
    expect(await wordsShown(second)).toEqual(upTo(120));
    expect(await wordsShown(page)).toEqual(upTo(120));
    await second.close();
  });

  await test.step('stopped at the very moment of sending, it stops as soon as it has begun', async () => {
    await say(page, '[[tokens 200 @20/s]]');
    await composer(page).press('Escape');
    await expect(thread(page).getByText('Stopped.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
  });

  await test.step('stop keeps what was written and offers to continue', async () => {
    const before = (await wordsShown(page)).length;
    await say(page, '[[tokens 200 @20/s]]');
    await expect.poll(async () => (await wordsShown(page)).length).toBeGreaterThan(before + 4);
    await composer(page).press('Escape');
    await expect(thread(page).getByText('Stopped.').last()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
    expect((await wordsShown(page)).length).toBeGreaterThan(before + 4);
  });

  await test.step('a small attachment goes with a message', async () => {
    await page.locator('main input[type=file]').setInputFiles({
      name: 'todo list.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('buy milk'),
    });
    await expect(page.getByText('8 bytes')).toBeVisible();
    await say(page, '[[tokens 3 @0]]');
    await expect(thread(page).getByText('todo list.txt')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Folder attachments' })).toBeVisible();
  });

  await test.step('a file that is too large is refused with the reason, and the draft stays', async () => {
    await composer(page).fill('this stays');
    await page.locator('main input[type=file]').setInputFiles({
      name: 'large.bin',
      mimeType: 'application/octet-stream',
      buffer: Buffer.alloc(1_200_000),
    });
    await expect(page.getByRole('alert')).toContainText('too large');
    await page.getByRole('button', { name: 'Remove large.bin' }).click();
    await page.reload();
    await expect(composer(page)).toHaveValue('this stays');
    await composer(page).fill('');
  });

  await test.step('rename, archive with undo, archive, restore, delete', async () => {
    const list = page.getByRole('navigation', { name: 'Sessions' });
    await list.getByRole('button', { name: /^Menu of/ }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Title' }).fill('My notes');
    await page.getByRole('textbox', { name: 'Title' }).press('Enter');
    await expect(page.getByRole('heading', { name: 'My notes' })).toBeVisible();
    await expect(list.getByRole('link', { name: 'My notes' })).toBeVisible();

    await list.getByRole('button', { name: 'Menu of My notes' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(list.getByRole('link', { name: 'My notes' })).toBeVisible();

    await list.getByRole('button', { name: 'Menu of My notes' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await expect(list.getByText('No sessions yet')).toBeVisible();
    await expect(page.getByText('This session is archived.')).toBeVisible();
    await list.getByRole('button', { name: 'Archived' }).click();
    await expect(list.getByRole('link', { name: 'My notes' })).toBeVisible();
    await page.getByRole('button', { name: 'Restore' }).click();
    await expect(composer(page)).toBeVisible();

    await list.getByRole('button', { name: 'Active', exact: true }).click();
    await list.getByRole('button', { name: 'Menu of My notes' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByRole('heading', { name: 'What shall we work on?' })).toBeVisible();
    await expect(list.getByText('No sessions yet')).toBeVisible();
  });

  await test.step('sign out, and in again', async () => {
    await page.getByRole('button', { name: /^Account: Ada/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/auth\/sign-in/);
    await page.getByLabel('Email').fill(account.email);
    await page.getByLabel('Password').fill('a wrong password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.locator('form').getByRole('alert')).toContainText('do not match');
    await page.getByLabel('Password').fill(account.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'What shall we work on?' })).toBeVisible();
  });
});

test('messages sent while an answer is written wait as chips, and can be taken back', async ({ page, account }) => {
  await register(page, account);
  await say(page, '[[tokens 400 @20/s]]');
  await expect(thread(page)).toContainText('t000003');
  await say(page, '[[say second]]');
  await say(page, '[[say third]]');
  const queue = page.getByRole('list', { name: 'Queued' });
  await expect(queue.getByRole('listitem')).toHaveCount(2);
  await queue.getByRole('button', { name: /Take back “\[\[say second/ }).click();
  await expect(queue.getByRole('listitem')).toHaveCount(1);
  await queue.getByRole('button', { name: /Edit “\[\[say third/ }).click();
  await expect(queue).toBeHidden();
  await expect(composer(page)).toHaveValue('[[say third]]');
  await composer(page).press('Enter');
  // Not when its turn comes, but now.
  await queue.getByRole('button', { name: /Send “\[\[say third.* now/ }).click();
  await expect(page.getByText('Stopped.')).toBeVisible();
  await expect(thread(page).getByText('third', { exact: true })).toBeVisible();
  await expect(thread(page).getByText('second', { exact: true })).toBeHidden();
});

test('upward scrolling lets go of the end, and "Jump to latest" takes hold again', async ({ page, account }) => {
  await register(page, account);
  await say(page, '[[tokens 900 @150/s]]');
  await expect(thread(page)).toContainText('t000300');
  await thread(page).hover();
  await page.mouse.wheel(0, -400);
  const jump = page.getByRole('button', { name: 'Jump to latest' });
  await expect(jump).toBeVisible();
  const top = await thread(page).evaluate((element) => element.scrollTop);
  await expect(thread(page)).toContainText('t000600');
  expect(await thread(page).evaluate((element) => element.scrollTop)).toBe(top);
  await jump.click();
  await expect(jump).toBeHidden();
  await expect(thread(page)).toContainText('t000900');
  const distance = await thread(page).evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
  expect(distance).toBeLessThan(5);
});
