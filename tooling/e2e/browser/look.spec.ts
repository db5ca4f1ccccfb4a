import { expect, test } from './fixtures.ts';
import { lookAs } from './look.ts';

/** What is put into the page of signing up, and what a look has to say about it. */
const faults = [
  { name: 'words too pale in the light theme', color: '#999999', width: 'auto', says: /color-contrast/ },
  { name: 'words too dark in the dark theme', color: '#666666', width: 'auto', says: /color-contrast/ },
  { name: 'something wider than the screen', color: 'inherit', width: '2000px', says: /wider than the screen/ },
];

for (const { name, color, width, says } of faults) {
  test(`a look finds ${name}`, async ({ page }) => {
    const look = await lookAs(page, 'desktop');
    await page.goto('/auth/register');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await look('before');
    await page.getByRole('main').evaluate(
      (main, style) => {
        const words = document.createElement('p');
        words.textContent = 'Words of a fault';
        Object.assign(words.style, style);
        main.prepend(words);
      },
      { color, width },
    );

    await expect(look('after')).rejects.toThrow(says);
  });
}

test('a look finds a picture that says nothing to who cannot see it', async ({ page }) => {
  const look = await lookAs(page, 'phone');
  await page.goto('/auth/register');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.getByRole('main').evaluate((main) => main.append(document.createElement('img')));

  await expect(look('after')).rejects.toThrow(/image-alt/);
});
