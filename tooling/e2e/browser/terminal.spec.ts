import type { Page } from '@playwright/test';
import { expect, register, say, test, thread } from './fixtures.ts';

const screen = (page: Page) => page.locator('.xterm-rows');
const input = (page: Page) => page.getByRole('textbox', { name: /Input of terminal/ });

async function type(page: Page, line: string): Promise<void> {
  await input(page).focus();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

test('a terminal: open, type, refresh, cut off, several, leave by keyboard, close', async ({
  page,
  account,
  context,
}, testInfo) => {
  const picture = (name: string) => page.screenshot({ path: testInfo.outputPath(`${name}.png`) });
  await page.goto('/');
  await register(page, account);
  await say(page, '[[tokens 3 @0]]');
  await expect(thread(page)).toContainText('t000003');

  await test.step('what is typed runs, and its output is shown', async () => {
    await page.getByRole('tab', { name: 'Terminal' }).click();
    await page.getByRole('button', { name: 'New terminal' }).click();
    await expect(screen(page)).toContainText('$');
    await type(page, 'echo "hi-$((40 + 2))"');
    await expect(screen(page)).toContainText('hi-42');
  });

  await test.step('it has the size that is shown, and programs of a terminal draw in it', async () => {
    await type(page, 'clear; stty size; printf "\\e[31mred \\e[38;2;0;160;90mtrue\\e[0m \\e[44mback\\e[0m\\n"');
    await expect(screen(page)).toContainText(/\d+ \d+/);
    await expect(screen(page)).not.toContainText('24 80');
    await expect(screen(page).getByText('true', { exact: true })).toHaveCSS('color', /./);
  });

  await test.step('it follows the theme', async () => {
    await picture('light');
    const background = () =>
      page.locator('.xterm-scrollable-element').evaluate((element) => getComputedStyle(element).backgroundColor);
    const light = await background();
    await page.evaluate(() => localStorage.setItem('atelier.theme', 'dark'));
    await page.reload();
    await page.getByRole('tab', { name: 'Terminal' }).click();
    await expect(screen(page)).toContainText('red true back');
    expect(await background()).not.toBe(light);
    await picture('dark');
  });

  await test.step('what runs while nobody is connected is seen afterwards', async () => {
    await type(page, 'clear; echo "now-$((40 + 1))"; sleep 2; echo "later-$((40 + 3))"');
    await expect(screen(page)).toContainText('now-41');
    await context.setOffline(true);
    await page.goto('about:blank').catch(() => undefined);
    await context.setOffline(false);
    await page.goBack();
    await page.getByRole('tab', { name: 'Terminal' }).click();
    await expect(screen(page)).toContainText('later-43');
  });

  await test.step('Ctrl+C interrupts, Ctrl+Shift+M leaves', async () => {
    await type(page, 'sh -c "echo begun; exec sleep 1000"');
    await expect(screen(page)).toContainText(/\bbegun/);
    await page.keyboard.press('Control+c');
    await expect(screen(page)).toContainText('^C');
    await page.keyboard.press('Control+Shift+M');
    await expect(page.getByRole('tab', { name: 'Terminal' })).toBeFocused();
  });

  await test.step('a file that was made is in the files', async () => {
    await type(page, 'echo made > made-here.txt');
    await page.getByRole('tab', { name: 'Files' }).click();
    await expect(page.getByRole('button', { name: /made-here\.txt/ })).toBeVisible();
    await page.getByRole('tab', { name: 'Terminal' }).click();
  });

  await test.step('a second one is another shell; each is closed by itself', async () => {
    await page.getByRole('button', { name: 'New terminal' }).click();
    await expect(page.getByRole('button', { name: 'Terminal 2', exact: true })).toHaveAttribute('aria-current', 'true');
    await expect(screen(page)).not.toContainText('made-here');
    // A shell that is about to begin throws away what was typed before.
    await expect(screen(page)).toContainText('$');
    await type(page, 'exit 3');
    await expect(page.getByText('Ended with code 3.')).toBeVisible();
    await page.getByRole('button', { name: 'Close terminal 2' }).click();
    await expect(page.getByRole('button', { name: 'Terminal 2', exact: true })).toBeHidden();
    await expect(screen(page)).toContainText('made-here');
  });

  await test.step('it fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page
      .getByRole('button', { name: 'Workspace' })
      .first()
      .click()
      .catch(() => undefined);
    await page.getByRole('tab', { name: 'Terminal' }).click();
    await expect(screen(page)).toContainText('$');
    await picture('phone');
    await page.getByRole('button', { name: 'Close terminal 1' }).click();
    await expect(page.getByText('A shell in the sandbox of this session')).toBeVisible();
  });
});

test('read aloud, a terminal says what it writes', async ({ page, account }) => {
  await page.goto('/');
  await register(page, account);
  await say(page, '[[tokens 3 @0]]');
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await page.getByRole('button', { name: 'New terminal' }).click();
  await page.getByRole('button', { name: /Read the output aloud/ }).click();
  await expect(page.locator('.xterm-accessibility')).toBeAttached();
  await expect(screen(page)).toContainText('$');
  await type(page, 'echo "aloud-$((1 + 1))"');
  await expect(page.locator('.xterm-accessibility')).toContainText('aloud-2');
});
