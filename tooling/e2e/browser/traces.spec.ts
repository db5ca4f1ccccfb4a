import { expect, expectAccessible, register, say, test, thread } from './fixtures.ts';

test('the trace of an answer opens by keyboard, shows what was done and what a call was given, in every form', async ({
  page,
  account,
}) => {
  await register(page, account);
  const dialog = page.getByRole('dialog', { name: 'Trace' });

  await test.step('while it is being written, and stays open when it ends', async () => {
    await say(page, '[[tool write_file {"path":"notes.md","text":"# Hello"}]] [[tokens 60 @20/s]]');
    await expect(thread(page)).toContainText('t000003');
    await page.getByRole('button', { name: 'Trace' }).press('Enter');
    await expect(dialog.getByRole('button', { name: /^Tool ?write_file/ })).toBeVisible();
    await expect(dialog.getByRole('button', { name: /^Turn/ })).toBeVisible({ timeout: 20_000 });
    await expect(dialog.getByRole('button', { name: /^Model/ })).toHaveCount(2);
    await expect(dialog.getByText('Tokens a second')).toBeVisible();
  });

  await test.step('a call of a tool shows its arguments and its result', async () => {
    await dialog.getByRole('button', { name: /^Tool ?write_file/ }).press('Enter');
    await expect(dialog.getByRole('region', { name: 'Arguments' })).toContainText('# Hello');
    await expect(dialog.getByRole('region', { name: 'Output' })).toContainText('notes.md');
    await expect(dialog.getByText('gen_ai.tool.call.id')).toBeVisible();
  });

  await test.step('in both themes, and on a phone', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of [
        { width: 1440, height: 900 },
        { width: 360, height: 720 },
      ]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        await expectAccessible(page);
        const { overflow } = await dialog.evaluate((element) => ({
          overflow: element.scrollWidth - element.clientWidth,
        }));
        expect(overflow).toBeLessThanOrEqual(0);
      }
    }
  });

  await test.step('Escape closes it', async () => {
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });
});

test('whoever administers finds runs by what they took', async ({ page, account }) => {
  await register(page, account);
  await say(page, '[[tokens 5]]');
  await expect(thread(page)).toContainText('t000005');
  await page.goto('/settings/runs');
  const runs = page.getByRole('list', { name: 'Runs' });

  await expect(runs.getByRole('listitem')).toHaveCount(1);
  await expect(runs.getByText('Succeeded')).toBeVisible();
  await page.getByLabel('State').selectOption('Failed or interrupted');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(page.getByText('No run fits.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear' }).click();
  await runs.getByRole('button', { name: 'Trace' }).click();
  const trace = page.getByRole('dialog', { name: 'Trace' });
  await expect(trace.getByRole('button', { name: /^Model/ })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await runs.getByRole('link', { name: 'Open the session' }).click();
  await expect(thread(page)).toContainText('t000005');
});
