import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: [fileURLToPath(import.meta.resolve('@atelier/entities/test-global-setup'))],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    allowOnly: false,
    pool: 'forks',
    maxWorkers: 3,
  },
});
