import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

// The page of this file breaks its policy on purpose, so it has no console to keep clean.
test.use({ page: async ({ context }, use) => use(await context.newPage()) });

/** What the browser says it refused, by directive. */
async function refused(page: Page, attack: () => void): Promise<readonly string[]> {
  await page.evaluate(() => {
    Reflect.set(globalThis, 'refused', []);
    document.addEventListener('securitypolicyviolation', (event) => {
      Reflect.get(globalThis, 'refused').push(event.effectiveDirective);
    });
  });
  // Some of them throw where they are refused.
  await page.evaluate(attack).catch(() => undefined);
  await expect.poll(() => page.evaluate(() => Reflect.get(globalThis, 'refused').length)).toBeGreaterThan(0);
  return await page.evaluate(() => Reflect.get(globalThis, 'refused'));
}

test('what an attacker would put into the page is refused by the browser, and the server is told', async ({
  page,
  program,
}) => {
  await page.goto('/auth/register');
  await expect(page.getByRole('button', { name: 'Create account' })).toBeVisible();

  expect(
    await refused(page, () => {
      const script = document.createElement('img');
      script.setAttribute('onerror', 'globalThis.hacked = true');
      script.src = '/nothing.png';
      document.body.append(script);
    }),
  ).toContain('require-trusted-types-for');
  expect(
    await refused(page, () => {
      const image = document.createElement('img');
      image.src = 'https://evil.example/?canary';
      document.body.append(image);
    }),
  ).toContain('img-src');
  expect(
    await refused(page, () => {
      document.body.insertAdjacentHTML('beforeend', '<b>x</b>');
    }),
  ).toContain('require-trusted-types-for');
  expect(
    await refused(page, () => {
      fetch('https://evil.example/').catch(() => undefined);
    }),
  ).toContain('connect-src');
  expect(await page.evaluate(() => Reflect.get(globalThis, 'hacked'))).toBeUndefined();

  const violations = async () =>
    (await (await fetch(`${program.url}/metrics`)).text()).match(/policy_violations_total\{/g);
  await expect.poll(async () => (await violations())?.length ?? 0, { timeout: 90_000 }).toBeGreaterThan(0);
});
