import { OutcomeReporter } from './vitest-reporter.ts';

/** What holds for the Vitest tests of every package; a package's `vitest.config.ts` adds its own to it. */
export const testSettings = {
  allowOnly: false,
  passWithNoTests: false,
  // A machine of two cores may be busy with other packages: a limit is there to end what hangs, not to measure.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000 } },
  // What needed a second try in CI is named at the end.
  // biome-ignore lint/style/noProcessEnv: CI says of itself that it is CI.
  retry: process.env.CI ? 1 : 0,
  reporters: ['default', new OutcomeReporter()] as ['default', OutcomeReporter],
};
