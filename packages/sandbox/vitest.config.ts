import { testSettings } from '@atelier/testing/vitest-settings';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    ...testSettings,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 120_000,
    // Processes, not threads: a sandbox ends with the thread that started it.
    pool: 'forks',
    maxWorkers: 2,
  },
});
