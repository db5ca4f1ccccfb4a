import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

// Without windows to draw, Chromium does the same work with a third less of the machine.
const chromium = [process.env.CHROMIUM_PATH ?? '', '/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(
  existsSync,
);
if (chromium === undefined) {
  throw new Error(
    'Chromium is missing. Install it with: apt-get install -y chromium-headless-shell (or set CHROMIUM_PATH)',
  );
}

export default defineConfig({
  testDir: 'browser',
  outputDir: 'results',
  // Each worker has a program, a database and a browser of its own, and mostly waits: two fit on two cores.
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  // Two busy cores: what needed a second try is counted and named at the end.
  retries: process.env.CI ? 1 : 0,
  reporter: [['list'], ['@atelier/testing/playwright-reporter']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium,
      // Chromium refuses to sandbox itself for root; as an ordinary user it does.
      args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    },
  },
});
