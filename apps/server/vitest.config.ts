import { fileURLToPath } from 'node:url';
import { testSettings } from '@atelier/testing/vitest-settings';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    ...testSettings,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: [fileURLToPath(import.meta.resolve('@atelier/entities/test-global-setup'))],
    testTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 3,
    // The program is read in once a worker, not once for each of ninety files. What a file mocks, it puts back.
    isolate: false,
  },
});
