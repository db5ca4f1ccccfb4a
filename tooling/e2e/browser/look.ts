import type { Page } from '@playwright/test';
import { expect, expectAccessible } from './fixtures.ts';

export const sizes = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

const colorSchemes = ['light', 'dark'] as const;

/** Sets the screen up, and gives what looks at a page of that name: in light, in dark, and for what hangs out of it. */
export async function lookAs(page: Page, size: keyof typeof sizes, picture: string = size) {
  await page.setViewportSize(sizes[size]);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return async (name: string) => {
    for (const colorScheme of colorSchemes) {
      await page.emulateMedia({ colorScheme });
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      // What changes its colours by a transition, however short, has them two frames later.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      // Between the two sizes nothing but the layout differs, and between the two themes nothing but the colours.
      if (size !== 'tablet') await expectAccessible(page, colorScheme === 'dark' ? ['color-contrast'] : undefined);
      if (process.env.PICTURES)
        await page.screenshot({ path: `${process.env.PICTURES}/${name}-${picture}-${colorScheme}.png` });
    }
    await page.emulateMedia({ colorScheme: 'light' });
    const overflow = await page.evaluate(() =>
      Math.max(
        ...[document.documentElement, ...document.querySelectorAll('.overflow-y-auto')].map(
          ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
        ),
      ),
    );
    expect(overflow, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
  };
}
