import type { Reporter, Suite, TestCase, TestError } from '@playwright/test/reporter';
import { leaveOutcome, type NotedTest, reasonOf } from './outcome.ts';

/** Leaves what became of the browser's journeys for the end of `npm test`. */
class OutcomeReporter implements Reporter {
  #tests: readonly TestCase[] = [];
  readonly #errors: TestError[] = [];

  onBegin(_config: unknown, suite: Suite): void {
    this.#tests = suite.allTests();
  }

  onError(error: TestError): void {
    this.#errors.push(error);
  }

  onEnd(): void {
    const of = (outcome: ReturnType<TestCase['outcome']>) => this.#tests.filter((test) => test.outcome() === outcome);
    leaveOutcome('playwright', {
      passed: of('expected').length + of('flaky').length,
      failed: [
        ...of('unexpected').map(noted),
        ...this.#errors.map((error) => ({ name: 'between the journeys', reason: reasonOf([error]) })),
      ],
      retried: of('flaky').map(noted),
      skipped: of('skipped').map(noted),
    });
  }
}

function noted(test: TestCase): NotedTest {
  const [, , ...titles] = test.titlePath();
  return { name: titles.join(' > '), reason: reasonOf(test.results.flatMap((result) => result.errors)) };
}

// biome-ignore lint/style/noDefaultExport: Playwright loads a reporter by its default export.
export default OutcomeReporter;
