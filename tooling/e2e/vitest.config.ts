import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['ledger/**/*.test.ts', 'src/**/*.test.ts'],
    // Each starts the whole program, and waits for most of the time.
    maxWorkers: 2,
    testTimeout: 300_000,
    // Two busy cores: what needed a second try is said beside it.
    retry: process.env.CI ? 1 : 0,
    hookTimeout: 60_000,
    allowOnly: false,
  },
});
