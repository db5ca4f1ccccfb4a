import type { CallInQuestion } from '@atelier/agent/ports';
import { commandsOf } from './commands-of.ts';
import type { CallToJudge } from './judge-call.ts';

/** Arguments that say what a call is about, by their names, in the order they are looked for. */
const telling = ['path', 'url', 'pattern', 'text'] as const;

/** What rules look at in a call: each command of a command line, a program with its arguments, a path, an address. */
export function callToJudge({ name, input, effect }: CallInQuestion): CallToJudge {
  const argument = (key: string): unknown =>
    typeof input === 'object' && input !== null ? Reflect.get(input, key) : null;
  const command = argument('command');
  if (typeof command === 'string') return { name, effect, subjects: commandsOf(command), whole: command.trim() };
  const args = argument('args');
  const text = Array.isArray(args)
    ? [name, ...args].join(' ')
    : (telling.map(argument).find((value) => typeof value === 'string') ?? JSON.stringify(input ?? {}));
  return { name, effect, subjects: [String(text)], whole: String(text) };
}

/** Patterns of what is like a call, for leave that is to hold from now on. None for what nobody can take apart. */
export function patternsLike({
  tool,
  inputText,
}: {
  readonly tool: string;
  readonly inputText: string;
}): readonly string[] {
  let input: unknown;
  try {
    input = JSON.parse(inputText);
  } catch {
    return [];
  }
  return callToJudge({ name: tool, input, effect: 'execute' }).subjects ?? [];
}
