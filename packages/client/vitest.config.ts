import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Types are checked by `npm run typecheck`, test/types.test-d.ts among them.
    include: ['src/**/*.test.ts'],
    testTimeout: 10_000,
    allowOnly: false,
  },
});
