import { RunningProgram } from '../src/program.ts';
import { test as base } from './fixtures.ts';

/** As `test`, with a program that was started without any provider: the offline model answers. */
export const test = base.extend<object, { readonly program: RunningProgram }>({
  program: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures are needed
    async ({}, use) => {
      await using program = await RunningProgram.start({ env: { OFFLINE_WORD_MS: '0' } });
      await use(program);
    },
    { scope: 'worker' },
  ],
});
