import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: [fileURLToPath(import.meta.resolve('@atelier/entities/test-global-setup'))],
    testTimeout: 120_000,
    // Two busy cores: what needed a second try is said beside it.
    retry: process.env.CI ? 1 : 0,
    hookTimeout: 60_000,
    allowOnly: false,
    pool: 'forks',
    maxWorkers: 3,
    // The program is read in once a worker, not once for each of ninety files. What a file mocks, it puts back.
    isolate: false,
  },
});
