import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    typecheck: { enabled: true, checker: 'tsc7', include: ['test/**/*.test-d.ts'], ignoreSourceErrors: true },
    testTimeout: 10_000,
    allowOnly: false,
  },
});
