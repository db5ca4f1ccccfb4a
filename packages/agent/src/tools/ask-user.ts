import { question } from '@atelier/contracts/parts';
import { defineTool } from '../define-tool.ts';
import type { AnyTool } from '../ports.ts';

// Made once: a schema is turned into JSON Schema the first time, and found again after that.
const askUserInput = question.extend({ choices: question.shape.choices.default([]) });

/** A question in the middle of the work. The run waits for the answer, for days if need be. */
export function askUser(): AnyTool {
  return defineTool({
    name: 'ask_user',
    description:
      'Asks the person a question and waits for the answer. Only for what you cannot find out and must not guess; give choices when there are some.',
    input: askUserInput,
    effect: 'ask',
    title: ({ text }) => `Ask: ${text.trim().replace(/\s+/g, ' ').slice(0, 120)}`,
    question: (input) => input,
    execute: () => Promise.reject(new Error('A question is answered by a person.')),
  });
}
