import { vectors } from '@atelier/web/test-hostile-markdown';
import type { Page } from '@playwright/test';
import { expect, register, say, test, thread } from './fixtures.ts';

/** The scripted model takes `[[` and `]]` for its own. */
const sayable = vectors.filter((text) => !text.includes('[[') && !text.includes(']]'));
const payload = `<img src=x onerror=pwned()><script>pwned()</script>"'\`{{7*7}}`;

/** Counts scripts that ran, and requests to anywhere but the program; both are to be none. */
async function watch(page: Page, origin: string): Promise<{ readonly leaks: string[] }> {
  const leaks: string[] = [];
  await page.exposeFunction('pwned', () => leaks.push('a script ran'));
  await page.context().route(/.*/, async (route) => {
    const url = route.request().url();
    if (!/^(data|blob):/.test(url) && new URL(url).origin !== origin) leaks.push(url);
    await route.continue();
  });
  page.on('dialog', (dialog) => leaks.push(`a dialog: ${dialog.message()}`));
  // What stands only for a moment while an answer streams counts too.
  await page.addInitScript(() => {
    const foreign =
      'script, iframe, object, embed, img, form, style, link, base, meta, video, audio, math, [id], [name]';
    const seen: string[] = [];
    Reflect.set(globalThis, 'foreignElements', seen);
    new MutationObserver(() => {
      for (const element of document.querySelectorAll(`.markdown :is(${foreign})`)) seen.push(element.outerHTML);
      for (const element of document.querySelectorAll('.markdown *')) {
        for (const { name } of element.attributes) if (name.startsWith('on')) seen.push(element.outerHTML);
      }
    }).observe(document, { subtree: true, childList: true, attributes: true });
  });
  return { leaks };
}

const foreignElements = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => Reflect.get(globalThis, 'foreignElements'));

test('AT-24, AT-68: hostile texts run nothing, fetch nothing and stay readable, streaming, in history and everywhere else', async ({
  page,
  account,
  program,
}) => {
  const { leaks } = await watch(page, new URL(program.url).origin);
  await register(page, { ...account, name: `Ada ${payload}` });

  await test.step('as answers', async () => {
    for (let from = 0; from < sayable.length; from += 40) {
      const text = sayable.slice(from, from + 40).join('\n\n');
      await say(page, `[[say begins\n\n${text}\n\nends${from}]]`);
      await expect(thread(page).getByText(`ends${from}`, { exact: true })).toBeVisible({ timeout: 30_000 });
      await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
    }
    await expect(thread(page).getByText('<script>pwned()</script>').first()).toBeVisible();
    expect(await foreignElements(page)).toEqual([]);
  });

  await test.step('as calls of tools', async () => {
    const input = JSON.stringify({ path: `${payload}.txt`.replaceAll('/', ''), text: payload });
    await say(page, `[[tool write_file ${input}]] [[badtool <svg/onload=pwned()>]] [[say called]]`);
    await expect(thread(page).getByText('called', { exact: true })).toBeVisible();
    const folded = thread(page).locator('li > button[aria-expanded=false]');
    while ((await folded.count()) > 0) await folded.first().click();
  });

  await test.step('as a title and the name of a file', async () => {
    const list = page.getByRole('navigation', { name: 'Sessions' });
    await list
      .getByRole('button', { name: /^Menu of/ })
      .first()
      .click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Title' }).fill(payload);
    await page.getByRole('textbox', { name: 'Title' }).press('Enter');
    await expect(list.getByText(payload, { exact: true })).toBeVisible();
    await page.locator('main input[type=file]').setInputFiles({
      name: '<img src=x onerror=pwned()>.svg',
      mimeType: 'image/svg+xml',
      buffer: Buffer.from(`<svg onload="pwned()"/>`),
    });
    await expect(page.getByText('<img src=x onerror=pwned()>.svg')).toBeVisible();
    await expect(page.getByText('23 bytes')).toBeVisible();
    await say(page, '[[say attached]]');
    await expect(thread(page).getByText('attached', { exact: true })).toBeVisible();
  });

  // Last: a question without an answer is put again together with the next one.
  await test.step('as the reason why a run failed', async () => {
    await say(page, `[[dance ${payload}]]`);
    await expect(thread(page).getByRole('alert')).toBeVisible();
  });

  await test.step('from history', async () => {
    await page.reload();
    await expect(thread(page).getByText('attached', { exact: true })).toBeVisible();
    await expect(thread(page).getByText('<script>pwned()</script>').first()).toBeVisible();
    expect(await foreignElements(page)).toEqual([]);
  });

  expect(leaks).toEqual([]);
});

test('AT-59: what the browser keeps of a sign-in is a cookie that no script can read', async ({ page, account }) => {
  const tokens: string[] = [];
  page.on('response', async (response) => {
    if (!response.url().includes('/trpc/auth.')) return;
    const [, token] = /"accessToken":"([^"]+)"/.exec(await response.text().catch(() => '')) ?? [];
    if (token) tokens.push(token);
  });
  await register(page, account);
  await say(page, '[[say hello]]');
  await expect(thread(page).getByText('hello', { exact: true })).toBeVisible();
  await page.reload();
  await expect(thread(page).getByText('hello', { exact: true })).toBeVisible();
  await expect.poll(() => tokens.length).toBeGreaterThanOrEqual(2);
  const cookie = (await page.context().cookies()).find(({ name }) => name.endsWith('atelier_refresh'));
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });

  const kept = await page.evaluate(async () => {
    const databases = await indexedDB.databases();
    const rows = databases.map(
      ({ name = '' }) =>
        new Promise<unknown>((resolve, reject) => {
          const opening = indexedDB.open(name);
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const stores = [...opening.result.objectStoreNames];
            if (stores.length === 0) return resolve([]);
            const reading = opening.result.transaction(stores);
            const all = stores.map((store) => reading.objectStore(store).getAll());
            reading.oncomplete = () => resolve(all.map(({ result }) => result));
          };
        }),
    );
    const { localStorage, sessionStorage, history, location, document, name } = globalThis.window;
    return JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      history.state,
      location.href,
      document.cookie,
      document.documentElement.outerHTML,
      name,
      await Promise.all(rows),
    ]);
  });
  for (const secret of [...tokens, cookie?.value ?? '', account.password]) {
    expect(secret.length).toBeGreaterThan(12);
    expect(kept).not.toContain(secret);
    expect(kept).not.toContain(encodeURIComponent(secret));
  }
});
