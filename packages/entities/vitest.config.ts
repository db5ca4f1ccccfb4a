import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    globalSetup: ['src/test-global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    isolate: false,
    allowOnly: false,
    pool: 'forks',
    maxWorkers: 2,
  },
});
