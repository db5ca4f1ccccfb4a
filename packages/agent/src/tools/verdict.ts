import { verdict } from '@atelier/contracts/pipelines';
import { defineTool } from '../define-tool.ts';
import type { AnyTool } from '../ports.ts';

/** How a check says what it decided. Its arguments are what counts; they are read when the check has ended. */
export function giveVerdict(): AnyTool {
  return defineTool({
    name: 'verdict',
    description:
      'Says whether the result you were asked to check is good enough, and why. Call it exactly once, at the end; without it your check counts for nothing.',
    input: verdict,
    effect: 'ask',
    title: ({ pass }) => (pass ? 'Verdict: passed' : 'Verdict: not passed'),
    execute: async ({ pass }) => ({ output: pass ? 'The result has passed.' : 'The result has not passed.' }),
  });
}
