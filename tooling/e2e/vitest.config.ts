import { testSettings } from '@atelier/testing/vitest-settings';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    ...testSettings,
    include: ['ledger/**/*.test.ts', 'src/**/*.test.ts'],
    // Each starts the whole program, and waits for most of the time.
    maxWorkers: 2,
    testTimeout: 300_000,
  },
});
