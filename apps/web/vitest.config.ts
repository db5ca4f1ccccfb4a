import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Three hundred hostile texts take seconds where other packages are tested at the same time.
  test: { include: ['src/**/*.test.ts'], testTimeout: 60_000, isolate: false, allowOnly: false },
});
