import { composer, expect, register, say, test, thread } from './fixtures.ts';
import { lookAs, walked } from './look.ts';

test('what is said while an answer is written reaches the agent between two steps, in every tab and after a refresh', async ({
  page,
  account,
  model,
}) => {
  test.slow();
  await register(page, account);
  const queue = page.getByRole('list', { name: 'Queued' });
  const article = thread(page).getByRole('article');

  await test.step('a queued message is meant for the answer, and says so in another tab, too', async () => {
    await say(page, '[[tokens 60 @15/s]] [[tool write_file {"path":"a.md","text":"x"}]] [[tokens 5 @0]]');
    await expect(thread(page)).toContainText('t000003');
    await say(page, 'In German, please.');
    await expect(queue).toContainText('Queued: “In German, please.”');
    const wheel = queue.getByRole('button', { name: 'Have “In German, please.” read at the next step' });
    await expect(wheel).toHaveAttribute('aria-pressed', 'false');
    await wheel.click();
    await expect(queue).toContainText('Read at the next step: “In German, please.”');
    await expect(wheel).toHaveAttribute('aria-pressed', 'true');
    const other = await page.context().newPage();
    await other.goto(page.url());
    await expect(other.getByRole('list', { name: 'Queued' })).toContainText('Read at the next step');
    await expect(other.getByText('Ada steered')).toBeVisible({ timeout: 30_000 });
    await expect(other.getByRole('list', { name: 'Queued' })).toBeHidden();
    await other.close();
  });

  await test.step('the model was told after the call, and the answer shows where', async () => {
    await expect(thread(page)).toContainText('t000065');
    await expect(queue).toBeHidden();
    const { turns = [] } = model.requests.at(-1) ?? {};
    expect(turns.slice(-3).map(({ role }) => role)).toEqual(['tool', 'assistant', 'user']);
    expect(turns.at(-1)?.text).toBe('In German, please.');
    await expect(article).toHaveCount(1);
    await expect(article).toHaveText(/t000060[\s\S]*Ada steered[\s\S]*In German, please\.[\s\S]*t000061/);
    await page.reload();
    await expect(article).toHaveText(/t000060[\s\S]*Ada steered[\s\S]*In German, please\.[\s\S]*t000061/);
    await expect(thread(page).getByText('In German, please.')).toHaveCount(1);
  });

  await test.step('Enter steers when it is chosen to, and Ctrl+Enter queues', async () => {
    const session = page.url();
    await page.goto('/settings/keyboard');
    await page.getByText('Steers', { exact: true }).click();
    await expect(page.getByRole('radio', { name: 'Steers' })).toBeChecked();
    await expect(page.getByText('The agent reads the message before its next step')).toBeVisible();
    await page.goto(session);
    await say(page, '[[tokens 60 @15/s]]');
    await expect(thread(page).getByRole('article').last()).toContainText('t000003');
    await expect(page.getByText('Enter steers, Ctrl+Enter queues')).toBeVisible();
    await composer(page).fill('[[say Answered by itself.]]');
    await composer(page).press('Control+Enter');
    await expect(queue.getByRole('listitem')).toHaveText([/^Queued:\s/]);
    await composer(page).fill('[[say Steered.]]');
    await expect(page.getByRole('button', { name: 'Steer with this message' })).toBeVisible();
    await composer(page).press('Enter');
    await expect(queue.getByRole('listitem')).toHaveText([/^Queued:\s/, /^Read at the next step:\s/]);
    await expect(article.nth(1)).toHaveText(/t000060[\s\S]*Ada steered[\s\S]*Steered\.[\s\S]*Steered\./, {
      timeout: 30_000,
    });
    await expect(article.nth(2)).toContainText('Answered by itself.');
    await expect(article).toHaveCount(3);
  });

  await test.step('what the answer did not read before it was stopped is answered by itself', async () => {
    await say(page, '[[tokens 200 @15/s]]');
    await expect(article.nth(3)).toContainText('t000003');
    await say(page, '[[say After the stop.]]');
    await expect(queue).toContainText('Read at the next step');
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(article.nth(4)).toContainText('After the stop.');
    await expect(article.nth(3)).not.toContainText('steered');
  });
});

for (const size of walked) {
  test(`a steered answer looks right, ${size}`, async ({ page, account }) => {
    test.slow();
    const look = await lookAs(page, size);
    await register(page, account);
    await say(
      page,
      'Write down what we agreed on. [[tokens 40 @10/s]] [[tool write_file {"path":"a.md","text":"x"}]] [[tokens 12 @0]]',
    );
    await expect(thread(page)).toContainText('t000002');
    await page.locator('main input[type=file]').setInputFiles({
      name: 'agreed.md',
      mimeType: 'text/markdown',
      buffer: Buffer.from('All of it.'),
    });
    await expect(page.getByText('10 bytes')).toBeVisible();
    await composer(page).fill('Keep it to one page, and leave the prices out. This is what we agreed on:');
    await composer(page).press('Control+Enter');
    await expect(page.getByText('Ada steered')).toBeVisible({ timeout: 30_000 });
    await expect(thread(page)).toContainText('t000052');
    await say(page, 'Once more. [[tokens 12 @0]] [[silence 12]]');
    await expect(thread(page).getByRole('article').nth(1)).toContainText('t000012');
    await say(page, 'And then the summary.');
    await composer(page).fill('With a heading.');
    await composer(page).press('Control+Enter');
    await expect(page.getByRole('list', { name: 'Queued' })).toContainText('Read at the next step');
    await composer(page).fill('Something more');
    await look('steering');
    await composer(page).fill('');
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.goto('/settings/keyboard');
    await expect(page.getByRole('radio', { name: 'Queues' })).toBeChecked();
    await look('steering-setting');
  });
}
