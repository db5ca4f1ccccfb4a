import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    allowOnly: false,
    // Processes, not threads: a sandbox ends with the thread that started it.
    pool: 'forks',
    maxWorkers: 2,
  },
});
