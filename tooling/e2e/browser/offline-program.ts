import pg from 'pg';
import { RunningProgram } from '../src/program.ts';
import { test as base } from './fixtures.ts';

/**
 * As `test`, with a program that was started without any provider: the offline model answers, until a test arranges another
 * one. What it has arranged goes with it: the next one begins without.
 */
export const test = base.extend<{ readonly arrangesAnew: undefined }, { readonly program: RunningProgram }>({
  program: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures are needed
    async ({}, use) => {
      await using program = await RunningProgram.start({ env: { OFFLINE_WORD_MS: '0' } });
      await use(program);
    },
    { scope: 'worker' },
  ],
  arrangesAnew: [
    async ({ program }, use) => {
      await use(undefined);
      const database = new pg.Client(program.database);
      await database.connect();
      await database.query('DELETE FROM model_chains');
      await database.query('DELETE FROM model_providers');
      await database.end();
    },
    { auto: true },
  ],
});
