import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What became of one test that did not simply pass. */
export interface NotedTest {
  /** The file, its describes and its title. */
  readonly name: string;
  /** The first lines of what went wrong, without colours; empty for one that was skipped. */
  readonly reason: string;
}

/** What one runner has to say at the end of `npm test`: see `tooling/scripts/test.mjs`, which reads it. */
export interface TestOutcome {
  readonly passed: number;
  readonly failed: readonly NotedTest[];
  /** Passed, but not at once. */
  readonly retried: readonly NotedTest[];
  readonly skipped: readonly NotedTest[];
}

const longestReason = 12;

/** An error's message as a list at the end can show it. */
export function reasonOf(errors: readonly { readonly message?: string | undefined }[]): string {
  const message = errors.map((error) => error.message ?? '').join('\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the runners colour their messages by escape sequences.
  const plain = message.replaceAll(/\u001b\[[0-9;]*m/g, '');
  return plain
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, longestReason)
    .join('\n');
}

/** Leaves an outcome where `npm test` looks for it: in the package that the runner was started in. */
export function leaveOutcome(runner: string, outcome: TestOutcome): void {
  const folder = path.resolve('test-results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${runner}.json`), `${JSON.stringify(outcome, null, 2)}\n`);
}
