import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { leaveOutcome, type NotedTest, reasonOf } from './outcome.ts';

/** Leaves what became of a package's tests for the end of `npm test`. */
export class OutcomeReporter implements Reporter {
  onTestRunEnd: Reporter['onTestRunEnd'] = (modules, unhandledErrors) => {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state);
    const passed = inState('passed');
    leaveOutcome('vitest', {
      passed: passed.length,
      failed: [
        ...inState('failed').map(noted),
        ...modules.flatMap(failedAround),
        ...unhandledErrors.map((error) => ({ name: 'between the tests', reason: reasonOf([error]) })),
      ],
      retried: passed.filter((test) => (test.diagnostic()?.retryCount ?? 0) > 0).map(noted),
      skipped: inState('skipped').map(noted),
    });
  };
}

function noted(test: TestCase): NotedTest {
  return { name: `${test.module.relativeModuleId} > ${test.fullName}`, reason: reasonOf(test.result().errors ?? []) };
}

/** A file that could not be read, and hooks that failed around its tests. */
function failedAround(module: TestModule): NotedTest[] {
  const suites = [...module.children.allSuites()].map((suite) => ({ name: suite.fullName, errors: suite.errors() }));
  return [{ name: '', errors: module.errors() }, ...suites]
    .filter(({ errors }) => errors.length > 0)
    .map(({ name, errors }) => ({ name: `${module.relativeModuleId} > ${name}`, reason: reasonOf(errors) }));
}
