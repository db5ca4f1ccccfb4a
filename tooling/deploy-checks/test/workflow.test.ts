import { expect, test } from 'vitest';
import { readYaml } from './repository.ts';

interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes': number;
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: object }[];
}
const workflow = readYaml<{ on: object; permissions: object; jobs: { test: Job } }>('.github/workflows/ci.yml');

test('runs what people run, for every push and pull request', () => {
  const { test: job } = workflow.jobs;
  expect(Object.keys(workflow.on)).toEqual(['push', 'pull_request']);
  expect(workflow.permissions).toEqual({ contents: 'read' });
  expect(job['runs-on']).toBe('ubuntu-latest');
  expect(job['timeout-minutes']).toBe(25);
  expect(job.steps.map(({ run }) => run)).toContain('npm ci && npm test');
  expect(job.steps.find((step) => step.uses?.startsWith('actions/setup-node@'))?.with).toEqual({ 'node-version': 20 });
});

test('installs the programs that tests need', () => {
  const script = workflow.jobs.test.steps.map((step) => step.run ?? '').join('\n');
  const programs = ['chromium', 'bubblewrap', 'ripgrep', 'redis-server', 'nginx-light'];
  for (const name of programs) expect(script).toContain(name);
});
