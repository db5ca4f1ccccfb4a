import type { Page } from '@playwright/test';
import { expect, expectAccessible, type Rules } from './fixtures.ts';

export const sizes = {
  // What lies below the screen's edge is not looked at for its colours, so the screen is a high one but for pictures.
  desktop: { width: 1440, height: process.env.PICTURES ? 900 : 2000 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

/** What CI walks through: the widest and the narrowest. The one between is looked at with the pictures. */
export const walked: readonly (keyof typeof sizes)[] = process.env.PICTURES
  ? ['desktop', 'tablet', 'phone']
  : ['desktop', 'phone'];

const colorSchemes = ['light', 'dark'] as const;

/** Between the two sizes nothing but the layout differs, and between the two themes nothing but the colours. */
function rulesFor(size: keyof typeof sizes, colorScheme: (typeof colorSchemes)[number]): Rules {
  if (size === 'phone') return { without: ['color-contrast'] };
  return colorScheme === 'dark' ? { only: ['color-contrast'] } : {};
}

/** Sets the screen up, and gives what looks at a page of that name: in light, in dark, and for what hangs out of it. */
export async function lookAs(page: Page, size: keyof typeof sizes, picture: string = size) {
  await page.setViewportSize(sizes[size]);
  await page.addInitScript(changeColoursAtOnce);
  await page.evaluate(changeColoursAtOnce);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return async (name: string) => {
    for (const colorScheme of colorSchemes) {
      if (size === 'phone' && colorScheme === 'dark' && !process.env.PICTURES) continue;
      await page.emulateMedia({ colorScheme });
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      if (size !== 'tablet') await expectAccessible(page, rulesFor(size, colorScheme));
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

/** Runs in the page. A look need not wait for colours then, whose way takes some frames at each depth of a page. */
function changeColoursAtOnce(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, *::before, *::after { transition: none !important }');
  document.adoptedStyleSheets.push(sheet);
}
