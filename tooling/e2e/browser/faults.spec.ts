import { upTo } from '../src/people.ts';
import { composer, expect, register, say, test, thread, wordsShown } from './fixtures.ts';

test('kill -9 in the middle: the page says so, comes back by itself, and shows every word once', async ({
  page,
  account,
  program,
}) => {
  await register(page, account);
  await say(page, '[[tokens 150 @30/s]]');
  await expect(thread(page)).toContainText('t000020');
  await program.kill();
  await expect(page.getByText('Reconnecting…')).toBeVisible({ timeout: 10_000 });
  await composer(page).fill('typed while it was away');
  await program.start();
  await expect(page.getByText('Reconnecting…')).toBeHidden();
  await expect(thread(page)).toContainText('t000150', { timeout: 30_000 });
  expect(await wordsShown(page)).toEqual(upTo(150));
  await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
  await expect(composer(page)).toHaveValue('typed while it was away');
});

test('a message sent while the server is away arrives once when it is back', async ({ page, account, program }) => {
  await register(page, account);
  await say(page, '[[say first]]');
  await expect(thread(page).getByText('first', { exact: true })).toBeVisible();
  await program.kill();
  await say(page, '[[say second]]');
  await expect(page.getByText('Sending…')).toBeVisible();
  await program.start();
  await expect(thread(page).getByText('second', { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('Sending…')).toBeHidden();
  await page.reload();
  await expect(thread(page).getByText('[[say second]]')).toHaveCount(1);
});

test('what two tabs send while the server is away arrives whole, and each in its order', async ({
  page,
  account,
  program,
  context,
}) => {
  await register(page, account);
  await say(page, '[[say ready]]');
  await expect(thread(page).getByText('ready', { exact: true })).toBeVisible();
  const second = await context.newPage();
  await second.goto(page.url());
  await expect(thread(second).getByText('ready', { exact: true })).toBeVisible();
  await program.kill();
  await say(page, '[[say first]]');
  await say(page, '[[say then]]');
  await say(second, '[[say elsewhere]]');
  await program.start();
  for (const answer of ['first', 'then', 'elsewhere']) {
    await expect(thread(page).getByText(answer, { exact: true })).toBeVisible({ timeout: 40_000 });
  }
  const text = await thread(page).innerText();
  expect(text.indexOf('[[say first]]')).toBeLessThan(text.indexOf('[[say then]]'));
  await expect(thread(page).getByText('[[say elsewhere]]')).toHaveCount(1);
});

for (const [name, script, sentence, kept] of [
  ['a cut stream', '[[tokens 30 @0]] [[cut 12]]', 'broke in the middle of the answer', 12],
  ['garbage', '[[tokens 30 @0]] [[garbage 12]]', 'sent data that cannot be read', 12],
  ['a refusal', '[[status 400]] [[tokens 30 @0]]', 'refused the request (400)', 0],
  ['a wrong key', '[[status 401]] [[tokens 30 @0]]', 'refused the API key', 0],
  ['too many requests', '[[status 429 retry-after 1]] [[tokens 30 @0]]', 'asked too often', 0],
] as const) {
  test(`${name} of the model is said in a clear sentence, the text so far stays, and it can be tried again`, async ({
    page,
    account,
  }) => {
    await register(page, account);
    await say(page, script);
    await expect(thread(page).getByRole('alert')).toContainText(sentence);
    expect(await wordsShown(page)).toEqual(upTo(kept));
    await expect(page.getByRole('button', { name: 'Retry', exact: true })).toBeVisible();
    if (kept === 0) return;
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(thread(page)).toContainText('t000030');
    expect(await wordsShown(page)).toEqual(upTo(30));
  });
}

test('an overloaded model is tried again, and the page says so', async ({ page, account }) => {
  await register(page, account);
  await say(page, '[[status 503 times 1]] [[tokens 5 @0]]');
  await expect(page.getByText(/answered 503.*Trying again/)).toBeVisible();
  await expect(thread(page)).toContainText('t000005');
});

test('what another person may not see looks like what does not exist', async ({ page, account, browser, program }) => {
  await register(page, account);
  await say(page, '[[say a secret]]');
  await expect(page).toHaveURL(/\/s\//);
  const context = await browser.newContext({ baseURL: program.url });
  const other = await context.newPage();
  await register(other, { ...account, email: `other-${account.email}` });
  await other.goto(new URL(page.url()).pathname);
  await expect(other.getByText('There is no such session, or it is not yours.')).toBeVisible();
  await context.close();
});

test('what is deleted or signed out in one tab ends in the other', async ({ page, account, context }) => {
  // A page that paints late: the last words of a session are still to be painted when it is gone.
  await page.addInitScript(() => {
    const paint = requestAnimationFrame;
    window.requestAnimationFrame = (callback) => paint((at) => setTimeout(callback, 200, at));
  });
  await register(page, account);
  await say(page, '[[tokens 4000 @40/s]]');
  await expect(thread(page)).toContainText('t000005');
  const second = await context.newPage();
  await second.goto(page.url());
  await expect(thread(second)).toContainText('t000005');
  await second
    .getByRole('main')
    .getByRole('button', { name: /^Menu of/ })
    .click();
  await second.getByRole('menuitem', { name: 'Delete…' }).click();
  await second.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('There is no such session, or it is not yours.')).toBeVisible();

  await second.getByRole('button', { name: /^Account: Ada/ }).click();
  await second.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(second).toHaveURL(/\/auth\/sign-in/);
  await expect(page).toHaveURL(/\/auth\/sign-in/);
});
