import { testSettings } from '@atelier/testing/vitest-settings';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    ...testSettings,
    include: ['src/**/*.test.ts'],
    globalSetup: ['src/test-global-setup.ts'],
    testTimeout: 120_000,
    isolate: false,
    pool: 'forks',
    maxWorkers: 2,
  },
});
