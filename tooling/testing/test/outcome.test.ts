import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { TestOutcome } from '../src/outcome.ts';

const fixture = fileURLToPath(new URL('fixture/', import.meta.url));

/** Runs a runner over the fixture, which fails on purpose, and reads what it left for the end. */
async function outcomeOf(runner: string, ...args: readonly string[]): Promise<TestOutcome> {
  const { status } = spawnSync(runner, args, { cwd: fixture, stdio: 'ignore' });
  expect(status).toBe(1);
  return JSON.parse(await readFile(`${fixture}test-results/${runner}.json`, 'utf8'));
}

const told = (name: string, reason: string | RegExp) => ({
  name: expect.stringContaining(name),
  reason: expect.stringMatching(reason),
});

test('the end of a run tells what Vitest saw fail, retried and skipped, and why', async () => {
  const outcome = await outcomeOf('vitest', 'run');

  expect(outcome.passed).toBe(3);
  expect(outcome.failed).toHaveLength(3);
  expect(outcome.failed).toEqual(
    expect.arrayContaining([
      told('outcomes.fixture.ts > fails', /expected 'this' to be 'that'/),
      told('outcomes.fixture.ts > a hook', 'the hook broke'),
      told('unreadable.fixture.ts', 'nobody can read this file'),
    ]),
  );
  expect(outcome.retried).toEqual([told('passes at its second try', /expected 1 to be 2/)]);
  expect(outcome.skipped).toEqual([told('is skipped', /^$/)]);
});

test('the end of a run tells what Playwright saw fail, retried and skipped, and why', async () => {
  const outcome = await outcomeOf('playwright', 'test');

  expect(outcome.passed).toBe(2);
  expect(outcome.failed).toEqual([told('outcomes.journey.ts > fails', /Expected: "that"/)]);
  expect(outcome.retried).toEqual([told('outcomes.journey.ts > passes at its second try', /Expected: 1/)]);
  expect(outcome.skipped).toEqual([told('outcomes.journey.ts > is skipped', /^$/)]);
});
